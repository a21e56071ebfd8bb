"""What people do to a case: its life, its fields, its ties, and what the log keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cassava.tickets.v1 import conversation_pb2, sla_pb2, tenant_pb2
from cassava.tickets.v1 import ticket_pb2 as pb
from cassava.type.v1 import classification_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from mesh.errors import ChangedMeanwhile, Conflict, InvalidInput
from tests.tickets.builders import a_message, events_of
from tests.tickets.desk import a_conversation, messages, post, read, tickets
from tests.tickets.people import TENANT, a_team

if TYPE_CHECKING:
    from cassava.tickets.v1.channel_pb2 import Channel

    from tests.tickets.api import Api

Then = conversation_pb2.PostMessageRequest


async def a_case(
    mesh: Api, admin: Api, channel: Channel, who: str = "kim", **said: Any
) -> pb.Ticket:
    """Opened by hand in a conversation of its own."""
    conversation_id = await a_conversation(mesh, channel, "It broke", who)
    request = pb.CreateTicketRequest(conversation_id=conversation_id, **said)
    return (await admin.tickets.CreateTicket(request)).ticket


async def seen(api: Api, ticket: pb.Ticket) -> pb.Ticket:
    return (await api.tickets.GetTicket(pb.GetTicketRequest(ticket_id=ticket.id))).ticket


async def update(
    api: Api, ticket: pb.Ticket, *paths: str, etag: str = "", **said: Any
) -> pb.Ticket:
    request = pb.UpdateTicketRequest(
        ticket_id=ticket.id,
        ticket=pb.Ticket(etag=etag, **said),
        update_mask=FieldMask(paths=paths),
    )
    return (await api.tickets.UpdateTicket(request)).ticket


async def wait(api: Api, ticket: pb.Ticket) -> pb.Ticket:
    return (await api.tickets.WaitTicket(pb.WaitTicketRequest(ticket_id=ticket.id))).ticket


async def resume(api: Api, ticket: pb.Ticket) -> pb.Ticket:
    return (await api.tickets.ResumeTicket(pb.ResumeTicketRequest(ticket_id=ticket.id))).ticket


async def resolve(api: Api, ticket: pb.Ticket) -> pb.Ticket:
    return (await api.tickets.ResolveTicket(pb.ResolveTicketRequest(ticket_id=ticket.id))).ticket


async def with_fields(admin: Api, *fields: tenant_pb2.TicketField) -> None:
    tenant = tenant_pb2.Tenant(policy=tenant_pb2.Policy(ticket_fields=fields))
    await admin.tenants.UpdateTenant(
        tenant_pb2.UpdateTenantRequest(tenant_id=TENANT, tenant=tenant)
    )


async def test_a_case_opened_by_hand_says_what_the_customer_wrote(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_case(mesh, admin, channel)

    assert (ticket.subject, ticket.cause) == ("It broke", "api")
    assert ticket.priority == classification_pb2.URGENCY_NORMAL
    assert ticket.HasField("first_response_due_time")


async def test_a_conversation_has_one_open_case(mesh: Api, admin: Api, channel: Channel) -> None:
    ticket = await a_case(mesh, admin, channel)

    with pytest.raises(Conflict) as refusal:
        await admin.tickets.CreateTicket(
            pb.CreateTicketRequest(conversation_id=ticket.conversation_id)
        )

    assert refusal.value.reason == "TICKET_ALREADY_OPEN"


async def test_a_case_waits_goes_on_and_ends(mesh: Api, admin: Api, channel: Channel) -> None:
    ticket = await a_case(mesh, admin, channel)

    waiting = await wait(admin, ticket)
    resumed = await resume(admin, ticket)
    resolved = await resolve(admin, ticket)

    assert [waiting.status, resumed.status, resolved.status] == [
        pb.Ticket.STATUS_WAITING,
        pb.Ticket.STATUS_OPEN,
        pb.Ticket.STATUS_RESOLVED,
    ]
    assert waiting.HasField("wait_time")
    assert not resumed.HasField("wait_time")


@pytest.mark.parametrize("move", [wait, resume])
async def test_a_resolved_case_moves_only_by_being_reopened(
    mesh: Api, admin: Api, channel: Channel, move: Any
) -> None:
    ticket = await a_case(mesh, admin, channel)
    await resolve(admin, ticket)

    with pytest.raises(Conflict) as refusal:
        await move(admin, ticket)

    assert refusal.value.reason == "TICKET_MOVE_NOT_ALLOWED"


@pytest.mark.parametrize(
    ("then", "status"),
    [
        (Then.THEN_UNSPECIFIED, pb.Ticket.STATUS_WAITING),
        (Then.THEN_KEEP_OPEN, pb.Ticket.STATUS_OPEN),
        (Then.THEN_RESOLVE, pb.Ticket.STATUS_RESOLVED),
    ],
)
async def test_a_reply_says_whose_turn_it_is(
    mesh: Api, admin: Api, channel: Channel, then: Any, status: Any
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    await post(admin, conversation_id, "Look here", then=then)

    (ticket,) = await tickets(admin)
    assert ticket.status == status
    is_resolved = (await read(admin, conversation_id)).HasField("resolve_time")
    assert is_resolved == (then == Then.THEN_RESOLVE)


async def test_the_message_that_resolves_still_leaves(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)

    sent = await post(admin, conversation_id, "Done!", then=Then.THEN_RESOLVE)

    assert sent.state == conversation_pb2.MESSAGE_STATE_QUEUED


async def test_a_person_may_lower_a_priority_and_the_log_keeps_both(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_case(mesh, admin, channel)

    await update(admin, ticket, "priority", priority=classification_pb2.URGENCY_LOW)

    request = pb.ListTicketChangesRequest(ticket_id=ticket.id)
    changes = (await admin.tickets.ListTicketChanges(request)).changes
    assert [change.action for change in changes] == ["ticket.updated", "ticket.opened"]
    assert (changes[0].before["priority"], changes[0].after["priority"]) == ("normal", "low")
    assert "Robin" in changes[0].actor


async def test_the_log_keeps_no_words_of_a_case(mesh: Api, admin: Api, channel: Channel) -> None:
    ticket = await a_case(mesh, admin, channel)

    await update(admin, ticket, "subject", subject="Kim's address is Main Street 1")

    request = tenant_pb2.ListAuditLogRequest(tenant_id=TENANT, subject=ticket.id)
    entries = (await admin.tenants.ListAuditLog(request)).entries
    assert dict(entries[0].after) == {"subject": "…"}


async def test_a_change_of_an_older_case_is_refused(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_case(mesh, admin, channel)
    await wait(admin, ticket)
    with pytest.raises(ChangedMeanwhile):
        await update(admin, ticket, "subject", subject="Other", etag=ticket.etag)


async def test_escalating_raises_priority_level_and_team(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket, team = await a_case(mesh, admin, channel), await a_team(admin)

    request = pb.EscalateTicketRequest(ticket_id=ticket.id, team_id=team.id, reason="VIP")
    raised = (await admin.tickets.EscalateTicket(request)).ticket

    assert (raised.priority, raised.escalation) == (classification_pb2.URGENCY_HIGH, 1)
    assert raised.team_id == team.id
    note = (await messages(admin, ticket.conversation_id))[-1]
    assert (note.text, note.kind) == ("VIP", conversation_pb2.MESSAGE_KIND_NOTE)
    told = [dict(event.data).get("escalation") for event in await events_of(mesh, "ticket.updated")]
    assert "1" in told


async def test_ties_are_seen_from_both_sides_until_they_are_undone(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    first, second = [await a_case(mesh, admin, channel, who) for who in ("kim", "lee")]

    await admin.tickets.LinkTickets(
        pb.LinkTicketsRequest(
            ticket_id=second.id,
            other_ticket_id=first.id,
            kind=pb.TICKET_LINK_KIND_DUPLICATE_OF,
        )
    )
    seen_from = [(await seen(admin, ticket)).links[0] for ticket in (second, first)]
    await admin.tickets.UnlinkTickets(
        pb.UnlinkTicketsRequest(ticket_id=first.id, other_ticket_id=second.id)
    )

    assert [(link.number, link.kind) for link in seen_from] == [
        (1, pb.TICKET_LINK_KIND_DUPLICATE_OF),
        (2, pb.TICKET_LINK_KIND_HAS_DUPLICATE),
    ]
    assert not (await seen(admin, second)).links


@pytest.mark.parametrize(
    "case",
    [
        (tenant_pb2.TicketField.KIND_UNSPECIFIED, "anything", "a\0b"),
        (tenant_pb2.TicketField.KIND_NUMBER, "12.5", "nan"),
        (tenant_pb2.TicketField.KIND_CHECK, "true", "yes"),
        (tenant_pb2.TicketField.KIND_DATE, "2026-11-27", "27.11.2026"),
        (tenant_pb2.TicketField.KIND_CHOICE, "red", "pink"),
    ],
)
async def test_a_field_of_the_tenants_own_takes_only_its_kind(
    mesh: Api, admin: Api, channel: Channel, case: tuple[Any, str, str]
) -> None:
    kind, good, bad = case
    choices = ["red", "blue"] if kind == tenant_pb2.TicketField.KIND_CHOICE else []
    await with_fields(admin, tenant_pb2.TicketField(name="one", kind=kind, choices=choices))
    ticket = await a_case(mesh, admin, channel, custom_fields={"one": good})

    with pytest.raises(InvalidInput) as refusal:
        await update(admin, ticket, "custom_fields", custom_fields={"one": bad})

    assert refusal.value.reason == "TICKET_FIELD_INVALID"
    assert dict((await seen(admin, ticket)).custom_fields) == {"one": good}


async def test_a_field_that_the_tenant_has_not_is_refused(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    with pytest.raises(InvalidInput):
        await a_case(mesh, admin, channel, custom_fields={"colour": "red"})


async def test_a_case_with_a_field_that_is_gone_can_still_be_changed(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    await with_fields(admin, tenant_pb2.TicketField(name="one"))
    ticket = await a_case(mesh, admin, channel, custom_fields={"one": "red"})
    await with_fields(admin, tenant_pb2.TicketField(name="two"))

    changed = await update(admin, ticket, "subject", subject="Other")

    assert (changed.subject, dict(changed.custom_fields)) == ("Other", {"one": "red"})


async def test_a_case_says_when_its_first_answer_is_due_after_its_priority_changed(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_case(mesh, admin, channel)

    raised = await update(admin, ticket, "priority", priority=classification_pb2.URGENCY_CRITICAL)

    clocks = await admin.sla.ListClocks(sla_pb2.ListClocksRequest(ticket_id=ticket.id))
    assert raised.first_response_due_time == clocks.clocks[0].due_time
    assert raised.first_response_due_time.seconds < ticket.first_response_due_time.seconds


async def test_a_case_that_is_reopened_can_be_answered(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    conversation_id = await a_conversation(mesh, channel)
    await post(admin, conversation_id, "Done!", then=Then.THEN_RESOLVE)
    (ticket,) = await tickets(admin)

    await admin.tickets.ReopenTicket(pb.ReopenTicketRequest(ticket_id=ticket.id))

    assert not (await read(admin, conversation_id)).HasField("resolve_time")
    await post(admin, conversation_id, "One more thing.")


async def test_a_word_of_the_customer_does_not_end_a_wait_for_others(
    mesh: Api, admin: Api, channel: Channel
) -> None:
    ticket = await a_case(mesh, admin, channel)
    await wait(admin, ticket)

    await a_message(mesh, channel, "Hello?", who="somebody else")

    assert (await seen(admin, ticket)).status == pb.Ticket.STATUS_WAITING
