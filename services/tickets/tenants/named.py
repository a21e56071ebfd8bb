"""What a policy names must be there: a turn would fail on it later, and with it every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from services.tickets.agents.teams import TeamStore
from services.tickets.endpoints.store import EndpointStore
from services.tickets.sla.promises import CalendarStore

if TYPE_CHECKING:
    from cassava.tickets.v1 import tenant_pb2 as pb

    from mesh.postgres import Connection


async def check_named(connection: Connection, wanted: pb.Policy, known: pb.Policy) -> None:
    """Raise where it names a team, an endpoint or a calendar that the tenant has not.

    What it named before may have gone since: that is no reason to refuse another change.
    """
    for team_id in _teams(wanted) - _teams(known):
        await TeamStore(connection).get(UUID(team_id))
    for endpoint_id in _endpoints(wanted) - _endpoints(known):
        await EndpointStore(connection).get(UUID(endpoint_id))
    for calendar_id in {wanted.calendar_id} - {known.calendar_id, ""}:
        await CalendarStore(connection).get(UUID(calendar_id))


def _teams(policy: pb.Policy) -> set[str]:
    return {policy.default_team_id, *(rule.team_id for rule in policy.rules)} - {""}


def _endpoints(policy: pb.Policy) -> set[str]:
    hooks = {each for rule in policy.rules for each in rule.hook_endpoint_ids}
    return {policy.reply_hook.endpoint_id, *hooks} - {""}
