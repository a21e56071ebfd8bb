"""The worked example of the product's own definitions: every figure that the contract has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.analytics.event_log import HandWrittenLog, at, catch_up, dashboard

if TYPE_CHECKING:
    from mesh.postgres import Pool


def one_day_at_the_desk(log: HandWrittenLog) -> None:
    """Asks, is answered, wants a person, is answered, resolved, comes back, is answered again."""
    log.open(at("09:00"))
    log.receive(at("09:00"))
    log.label(at("09:00:03"))
    log.reply(at("09:00:03"), "m1")
    log.receive(at("09:10"))
    log.label(at("09:10"), intent="human", outcome="handover", urgency="high")
    log.reply(at("09:10"), "m2", outcome="handover")
    log.add("ticket.opened", at("09:10"), ticket="t1", number=1, customer_time=at("09:10"),
            first_response_due=at("09:40"))  # fmt: skip
    log.add("handover.requested", at("09:10"), cause="customer_asks")
    log.add("handover.accepted", at("09:25"), key_id="k1")
    log.add("conversation.updated", at("09:25"), holder="person")
    log.say(at("09:25"), "m3")
    log.add("conversation.resolved", at("09:40"), by="person", answered=True)
    log.add("ticket.resolved", at("09:40"), ticket="t1")
    log.receive(at("11:00"))
    log.add("conversation.reopened", at("11:00"), customer_time=at("11:00"), by="customer")
    log.label(at("11:00"), outcome="silence")
    log.say(at("11:05"), "m4")
    log.add("conversation.resolved", at("11:10"), by="person", answered=True)


async def test_the_figures_of_the_worked_example_come_out(pool: Pool) -> None:
    log = HandWrittenLog()
    one_day_at_the_desk(log)

    await catch_up(pool, log)
    found = await dashboard(pool, at("12:00"))

    assert (found.conversations.total, found.conversations.open) == (1, 0)
    assert (found.conversations.resolved, found.conversations.reopened) == (2, 1)
    assert (found.messages.received, found.messages.sent) == (3, 4)
    first, resolution = found.first_response_seconds, found.resolution_seconds
    assert (first.count, first.avg.value, first.p50.value, first.p90.value) == (1, 3, 3, 3)
    assert (resolution.count, resolution.avg.value) == (1, 3000)
    assert (found.sla.met, found.sla.breached, found.sla.at_risk) == (1, 0, 0)
    assert found.sla.compliance_percent.value == 100
    rates = found.automation
    assert rates.involvement_rate.value == 1
    assert rates.resolution_rate.value == 0
    assert rates.automation_rate.value == 0
    assert rates.handover_rate.value == 1
    assert [(day.date, day.handovers, day.resolved) for day in found.daily] == [
        ("2026-11-24", 1, 2)
    ]


async def test_the_later_waits_of_the_worked_example_are_facts(pool: Pool) -> None:
    log = HandWrittenLog()
    one_day_at_the_desk(log)

    await catch_up(pool, log)

    async with pool.transaction("acme") as connection:
        waits = await connection.fetch(
            "SELECT extract(epoch FROM answered_at - asked_at)::int AS s, answered_by"
            " FROM responses ORDER BY sequence"
        )
    assert [tuple(wait) for wait in waits] == [(3, "ai"), (900, "person"), (300, "person")]


async def test_shares_say_what_the_day_was_made_of(pool: Pool) -> None:
    log = HandWrittenLog()
    one_day_at_the_desk(log)

    await catch_up(pool, log)
    found = await dashboard(pool, at("12:00"))

    assert [(row.tier, row.replies, row.share) for row in found.reply_tiers] == [
        ("knowledge", 1, 0.5),
        ("template", 1, 0.5),
    ]
    assert [(row.channel, row.conversations) for row in found.channels] == [("whatsapp", 1)]
    assert [(row.intent, row.messages) for row in found.intents] == [("billing", 2), ("human", 1)]
    assert sum(row.share for row in found.urgency) == 1
    assert not found.HasField("satisfaction") or found.satisfaction.responses == 0
