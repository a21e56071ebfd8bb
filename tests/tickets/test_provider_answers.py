"""What a provider says late or beside the point: a failure that stops an account, another name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import customer_pb2, delivery_pb2, endpoint_pb2, inbox_pb2, tenant_pb2
from google.protobuf.duration_pb2 import Duration

from mesh.errors import Conflict, NotFound
from tests.tickets.builders import (
    a_begun_delivery,
    a_bot_reply,
    a_claimed_turn,
    a_message,
    a_tenant,
    events_of,
)
from tests.tickets.endpoints import HOOK, an_endpoint, enable, shown

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

SENT = delivery_pb2.DELIVERY_OUTCOME_SENT
DISABLED = endpoint_pb2.Endpoint.STATE_DISABLED


async def a_sent_part(mesh: Api, channel: Channel, **told: Any) -> str:
    """Its token."""
    await a_message(mesh, channel)
    await a_bot_reply(mesh)
    delivery, begun = await a_begun_delivery(mesh)
    await mesh.deliveries.FinishDelivery(
        delivery_pb2.FinishDeliveryRequest(
            tenant_id=delivery.tenant_id,
            delivery_id=delivery.delivery_id,
            fence=delivery.fence,
            attempt=1,
            outcome=SENT,
            provider_message_id="wamid.1",
            **told,
        )
    )
    return begun.token


async def fails_late(mesh: Api, channel: Channel, token: str, **said: Any) -> None:
    receipt = inbox_pb2.Receipt(
        tenant_id=channel.tenant_id,
        account_id=channel.id,
        key="wa:s:wamid.1:failed",
        token=token,
        provider_message_id="wamid.1",
        status=inbox_pb2.Receipt.STATUS_FAILED,
        **said,
    )
    await mesh.inbox.RecordReceipts(inbox_pb2.RecordReceiptsRequest(receipts=[receipt]))


async def account(root: asyncpg.Connection, channel: Channel) -> dict[str, Any]:
    row = await root.fetchrow(
        """
        SELECT state, paused_until > now() AS rests FROM channel_accounts WHERE id = $1
        """,
        channel.id,
    )
    return dict(row or {})


async def test_a_late_failure_of_the_account_pauses_it_and_people_are_told(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    token = await a_sent_part(mesh, channel)

    await fails_late(mesh, channel, token, error_code="131042", pause_account=True)

    (paused,) = await events_of(mesh, "channel.paused")
    assert paused.data["reason"] == "131042"
    assert await root.fetchval("SELECT state FROM deliveries") == "failed"
    assert (await account(root, channel))["state"] == "paused"


async def test_a_late_failure_for_too_much_lets_the_account_rest(
    mesh: Api, channel: Channel, root: asyncpg.Connection
) -> None:
    token = await a_sent_part(mesh, channel)

    await fails_late(mesh, channel, token, error_code="80007", retry_after=Duration(seconds=60))

    assert (await account(root, channel))["rests"]
    assert await events_of(mesh, "channel.paused") == []


async def test_trap_06_the_name_that_the_provider_answers_with_is_the_same_persons(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    names = [inbox_pb2.ContactAlias(kind="wa_id", value="551187654321")]

    await a_sent_part(mesh, channel, aliases=names)

    listed = await admin.customers.ListCustomers(customer_pb2.ListCustomersRequest())
    (customer,) = listed.customers
    assert "551187654321" in {alias.value for alias in customer.aliases}


async def test_a_hook_is_found_with_its_secrets_as_long_as_it_is_on(mesh: Api, admin: Api) -> None:
    endpoint = await an_endpoint(admin, "reply.proposed")
    request = endpoint_pb2.GetReplyHookRequest(tenant_id="acme", endpoint_id=endpoint.id)

    found = await mesh.endpoints.GetReplyHook(request)
    assert (found.url, list(found.secrets)) == (HOOK, [await shown(admin, endpoint)])

    await enable(admin, endpoint, DISABLED)
    with pytest.raises(Conflict, match="disabled"):
        await mesh.endpoints.GetReplyHook(request)


async def test_a_hook_of_another_tenant_is_not_found(mesh: Api, platform: Api, admin: Api) -> None:
    await a_tenant(platform, "other")
    endpoint = await an_endpoint(admin, "reply.proposed")
    request = endpoint_pb2.GetReplyHookRequest(tenant_id="other", endpoint_id=endpoint.id)

    with pytest.raises(NotFound):
        await mesh.endpoints.GetReplyHook(request)


async def test_a_turn_carries_its_hook_and_age_gate_with_their_defaults(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    endpoint = await an_endpoint(admin, "reply.proposed")
    policy = tenant_pb2.Policy(reply_hook=tenant_pb2.ReplyHook(endpoint_id=endpoint.id))
    policy.debounce_milliseconds = 0
    wanted = tenant_pb2.Tenant(policy=policy)
    await admin.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(tenant_id="acme", tenant=wanted)
    )
    await a_message(mesh, channel)

    turn = await a_claimed_turn(mesh)

    assert turn.policy.reply_hook.deadline_milliseconds == 2000
    assert turn.policy.oldest_answered_minutes == 30
