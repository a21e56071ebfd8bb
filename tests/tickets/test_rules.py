"""What a tenant's rules do with a turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import endpoint_pb2, tenant_pb2, turn_pb2
from cassava.type.v1 import channel_pb2, classification_pb2

from mesh.errors import NotFound
from services.tickets.tenants.rule import Doing, Facts, Rule, doing
from tests.tickets.builders import a_bot_reply, a_claimed_turn, a_message, events_of
from tests.tickets.desk import read, tickets
from tests.tickets.endpoints import HOOK, an_endpoint, claim, finish, replay
from tests.tickets.people import TENANT, a_team, an_agent_online
from tests.tickets.promises import a_calendar

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

NOBODY = "0190a1b2-0000-7000-8000-000000000000"
HERE = Facts(
    "whatsapp", is_open=True, intent="refund", urgency="high", sentiment="negative", language="de"
)


async def with_policy(admin: Api, **said: Any) -> None:
    tenant = tenant_pb2.Tenant(policy=tenant_pb2.Policy(**said))
    await admin.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(tenant_id=TENANT, tenant=tenant)
    )


@pytest.mark.parametrize(
    "rule",
    [
        Rule(),
        Rule(intent="refund"),
        Rule(least_urgency="normal"),
        Rule(sentiments=("negative", "very_negative")),
        Rule(channels=("telegram", "whatsapp")),
        Rule(languages=("de",)),
        Rule(hours="open"),
    ],
)
def test_a_rule_is_met_when_each_of_its_conditions_is(rule: Rule) -> None:
    assert rule.meets(HERE)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(intent="billing"),
        Rule(least_urgency="critical"),
        Rule(sentiments=("positive",)),
        Rule(channels=("telegram",)),
        Rule(languages=("fr",)),
        Rule(hours="closed"),
        Rule(intent="refund", hours="closed"),
    ],
)
def test_one_condition_that_fails_is_enough(rule: Rule) -> None:
    assert not rule.meets(HERE)


def test_all_rules_that_are_met_are_done_together() -> None:
    rules = [
        Rule(priority="high", team_id="a", tags=("x",)),
        Rule(priority="low", team_id="b", tags=("x", "y"), required_skills=("de",), hooks=("h",)),
        Rule(intent="billing", priority="critical"),
    ]

    assert doing(rules, HERE) == Doing("high", "a", ("x", "y"), ("de",), ("h",))


async def test_a_rule_tags_raises_and_sends_to_the_team_with_the_skill(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    team = await a_team(admin, auto_assign=True)
    await an_agent_online(admin, team)
    able = await an_agent_online(admin, team, name="Bo", skills=["repairs"])
    rule = tenant_pb2.Rule(
        intent="shipping",
        priority=classification_pb2.URGENCY_CRITICAL,
        team_id=team.id,
        tags=["broken"],
        required_skills=["repairs"],
    )
    await with_policy(admin, rules=[rule])
    accepted = await a_message(mesh, channel)

    await a_bot_reply(mesh, ticket=turn_pb2.TicketWish(cause="rule"))

    (ticket,) = await tickets(admin)
    conversation = await read(admin, accepted.conversation_id)
    assert ticket.priority == classification_pb2.URGENCY_CRITICAL
    assert (list(conversation.tags), conversation.assignee_id) == (["broken"], able.id)


async def test_a_rule_posts_to_the_endpoints_it_names_and_to_no_other(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    named = await an_endpoint(admin, "rule.matched")
    await an_endpoint(admin, "rule.matched")
    await an_endpoint(admin, "turn.completed", url="https://hooks.example.com/turns")
    rule = tenant_pb2.Rule(intent="shipping", hook_endpoint_ids=[named.id])
    await with_policy(admin, rules=[rule, rule])
    accepted = await a_message(mesh, channel)

    await a_bot_reply(mesh)

    sent = {job.url: job for job in await claim(mesh)}
    assert sent.keys() == {HOOK, "https://hooks.example.com/turns"}
    matched = sent[HOOK].event
    assert (matched.type, matched.conversation_id) == ("rule.matched", accepted.conversation_id)
    assert matched.data["intent"] == "shipping"
    await finish(mesh, sent[HOOK], 204)
    assert await replay(admin, named, delivery_id=sent[HOOK].delivery_id) == 1


async def test_a_worker_sees_only_rules_of_its_channel_and_hour(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    calendar = await a_calendar(admin, ("00:00", "24:00"), time_zone="UTC")
    rules = [
        tenant_pb2.Rule(category="open", hours=tenant_pb2.Rule.HOURS_OPEN),
        tenant_pb2.Rule(category="closed", hours=tenant_pb2.Rule.HOURS_CLOSED),
        tenant_pb2.Rule(category="other", channels=[channel_pb2.CHANNEL_KIND_TELEGRAM]),
        tenant_pb2.Rule(category="any"),
    ]
    await with_policy(admin, rules=rules, calendar_id=calendar.id)
    await a_message(mesh, channel)

    turn = await a_claimed_turn(mesh)

    assert [rule.category for rule in turn.policy.rules] == ["open", "any"]


async def test_the_log_says_which_hours_figures_count(mesh: Api, admin: Api) -> None:
    calendar = await a_calendar(admin, ("09:00", "17:30"))

    await with_policy(admin, calendar_id=calendar.id)
    await with_policy(admin, calendar_id=calendar.id)

    (event,) = await events_of(mesh, "calendar.updated")
    definition: Any = event.data["definition"]
    assert definition["time_zone"] == "Europe/Berlin"
    assert list(definition["weekly"][0][0]) == [540, 1050]


async def test_the_log_says_after_how_much_silence_a_conversation_is_inactive(
    mesh: Api, admin: Api
) -> None:
    for hours in (0, 0, 168, 24):
        await with_policy(admin, inactive_hours=hours)

    told = [event.data["inactive_hours"] for event in await events_of(mesh, "policy.updated")]
    assert told == [0, 168, 24]


@pytest.mark.parametrize(
    "policy",
    [
        {"calendar_id": NOBODY},
        {"default_team_id": NOBODY},
        {"rules": [tenant_pb2.Rule(team_id=NOBODY)]},
        {"rules": [tenant_pb2.Rule(hook_endpoint_ids=[NOBODY])]},
        {"reply_hook": tenant_pb2.ReplyHook(endpoint_id=NOBODY)},
    ],
    ids=["calendar", "team", "team of a rule", "endpoint of a rule", "endpoint of replies"],
)
async def test_a_policy_names_only_what_there_is(
    admin: Api, platform: Api, policy: dict[str, Any]
) -> None:
    new = tenant_pb2.Tenant(id="newcomer", policy=tenant_pb2.Policy(**policy))

    with pytest.raises(NotFound):
        await with_policy(admin, **policy)
    with pytest.raises(NotFound):
        await platform.tenants.CreateTenant(tenant_pb2.CreateTenantRequest(tenant=new))


async def test_a_policy_that_names_what_is_gone_can_still_be_changed(admin: Api) -> None:
    endpoint = await an_endpoint(admin)
    await with_policy(admin, rules=[tenant_pb2.Rule(hook_endpoint_ids=[endpoint.id])])
    await admin.endpoints.DeleteEndpoint(
        endpoint_pb2.DeleteEndpointRequest(tenant_id=TENANT, endpoint_id=endpoint.id)
    )

    await with_policy(admin, tone="warm")
