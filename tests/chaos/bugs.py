"""Bugs that are seeded on purpose. A checker is believed once it has named each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import asyncpg

from tests.chaos import checker
from tests.chaos.providers import Weather
from tests.chaos.tree import DoesNotFit, Edit

if TYPE_CHECKING:
    from tests.chaos.faults import Faults

_TURNS = "services/tickets/turns"
_HEAD_OF_LINE = "AND e.state IN ('pending', 'claimed', 'sending', 'ambiguous'))"


@dataclass(frozen=True, slots=True)
class Bug:
    """What is broken in which role, and the word that the checker must say of it."""

    name: str
    expects: str
    role: str = ""
    edits: list[Edit] = field(default_factory=list)
    without_order: bool = False
    weather: Weather = field(default_factory=Weather)
    fault: str = ""  # a method of Faults, called again and again

    async def provoke(self, faults: Faults, times: int) -> None:
        for _ in range(times if self.fault else 0):
            await getattr(faults, self.fault)()


BUGS = [
    Bug(
        "no dedupe: every webhook is a new message",
        checker.STORED_TWICE,
        "tickets",
        [
            Edit(
                "services/tickets/inbox/wire.py",
                "hashlib.sha256(key.encode()).digest()",
                "__import__('secrets').token_bytes(32)",
            )
        ],
    ),
    Bug(
        "no fence: whoever wakes up completes",
        checker.ANSWERED_TWICE,
        "tickets",
        [
            Edit(f"{_TURNS}/store.py", "        if not renewed:", "        if False:"),
            Edit(
                f"{_TURNS}/store.py",
                "JOIN conv_queue q ON q.conversation_id = c.id AND q.fence = $3",
                "JOIN LATERAL (SELECT $3::bigint) q ON true",
            ),
            Edit(f"{_TURNS}/store.py", "AND t.id = $2 AND t.state = 'open'", "AND t.id = $2"),
            Edit(f"{_TURNS}/store.py", "FOR UPDATE OF c, q, t", "FOR UPDATE OF c, t"),
            Edit(
                f"{_TURNS}/completion.py",
                "SELECT c.tenant_id, $21, c.id, 'bot', 'text', $20, $22",
                "SELECT c.tenant_id, $21, c.id, 'bot', 'text', NULL, $22",
            ),
            Edit(
                f"{_TURNS}/turn.py",
                'uuid5(self.id, "reply")',
                "uuid5(self.id, f\"reply {__import__('time').time() // 1}\")",
            ),
        ],
        weather=Weather(model_seconds=1.2),
        fault="stop_worker",
    ),
    Bug(
        "blind resend: perhaps sent counts as not sent",
        checker.SENT_TWICE,
        "tickets",
        [
            Edit(
                "services/tickets/deliveries/delivery.py",
                'return "ambiguous"',
                'return "pending"',
            )
        ],
        weather=Weather(lost=0.5),
    ),
    Bug(
        "no head of line: whatever is due leaves",
        checker.OUT_OF_ORDER,
        without_order=True,
        weather=Weather(rate_limited=0.35, rate_seconds=3, rate_code=131056),
    ),
    Bug(
        "acknowledged before the commit",
        checker.LOST,
        "edge",
        [
            Edit(
                "services/gateway/webhooks.py",
                "    async def reply(self) -> Reply:\n",
                "    async def reply(self) -> Reply:\n"
                "        task = asyncio.create_task(self._reply())\n"
                "        _Storing.kept = [*getattr(_Storing, 'kept', []), task]\n"
                "        return STORED\n\n"
                "    async def _reply(self) -> Reply:\n",
            )
        ],
        fault="kill_both_tickets",
    ),
    Bug(
        "a timeout counts as sent",
        checker.NOT_SENT,
        "worker",
        [
            Edit(
                "services/gateway/delivery.py",
                "pb.DELIVERY_OUTCOME_PERHAPS_SENT, reason=error.reason",
                "pb.DELIVERY_OUTCOME_SENT, 'perhaps'",
            )
        ],
        weather=Weather(hung_up=0.5),
    ),
]


async def without_order(url: str) -> list[str]:
    """Take the head-of-line check out of the claims; the definitions that were there before."""
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch(
            """
            SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p
             WHERE p.pronamespace = 'tickets'::regnamespace AND p.proname LIKE 'claim_deliveries%'
            """
        )
        before = [row["definition"] for row in found]
        if not all(_HEAD_OF_LINE in each for each in before):
            raise DoesNotFit("claim_deliveries has no head-of-line check")
        for each in before:
            await connection.execute(each.replace(_HEAD_OF_LINE, "AND false)"))
    finally:
        await connection.close()
    return before


async def restore(url: str, definitions: list[str]) -> None:
    """Put back what `without_order` gave."""
    connection = await asyncpg.connect(url)
    for each in definitions:
        await connection.execute(each)
    await connection.close()
