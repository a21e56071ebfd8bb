"""A process of tickets whose loops do not run: what it spools is sorted when a test says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cassava.tickets.v1 import inbox_pb2

from mesh.valkey import Valkey
from services.tickets.bells import Bells
from services.tickets.inbox.accepting import Accepting
from services.tickets.inbox.arrival import Status as Spooled
from services.tickets.inbox.sorter import AT_ONCE, Sorter
from services.tickets.inbox.spooling import Spooling
from services.tickets.privacy.tombstone import Tombstones
from services.tickets.surge import FULL_ITEMS, LASTS_SECONDS, Surge
from tests.tickets.arrivals import arriving
from tests.tickets.builders import a_channel, a_tenant

if TYPE_CHECKING:
    import asyncpg
    from cassava.tickets.v1.channel_pb2 import Channel

    from mesh.postgres import Pool
    from services.tickets.root import Root
    from tests.tickets.api import Api
    from tests.tickets.conftest import Clock

Item = inbox_pb2.InboundItem
TEXTS = "SELECT convert_from(body, 'UTF8') FROM messages ORDER BY conversation_id, seq"
AS_STORED = "SELECT convert_from(body, 'UTF8') FROM messages ORDER BY created_at"


@dataclass
class Replica:
    """One process of tickets, whose clock stands until it is moved."""

    pool: Pool
    clock: Clock
    root: Root
    at: float = 0.0

    def __post_init__(self) -> None:
        self.bells = Bells(Valkey(None))
        self.bells.surge = self.surge = Surge(clock=lambda: self.at)
        tombstones = Tombstones(self.root.key("tombstones"))
        accepting = Accepting(self.pool, self.clock, tombstones)
        self.spooling = Spooling(self.pool, self.surge, self.clock)
        self.told: list[float] = []
        self.sorter = Sorter(self.pool, self.spooling, accepting, self.bells, self.told.append)

    async def take(self, *items: Item) -> set[int]:
        """The positions of what was spooled."""
        taken = await self.spooling.take(items)
        return {n for n, result in taken.items() if result.status is Spooled.SPOOLED}

    async def sorts(self) -> float:
        """Until nothing more can be sorted now."""
        while (pause := await self.sorter.sort()) == AT_ONCE:
            pass
        return pause

    async def after_a_surge(self, *items: Item) -> None:
        """These came while their tenants surged; they wait, and no more come."""
        for tenant_id in {item.tenant_id for item in items}:
            self.surges(tenant_id)
        await self.take(*items)
        self.is_over()

    def surges(self, tenant_id: str = "acme") -> None:
        self.surge.took({tenant_id: FULL_ITEMS})

    def is_over(self) -> None:
        self.at += LASTS_SECONDS + 1


def waiting(channel: Channel, who: str = "kim", **said: Any) -> Item:
    """One that may wait, as providers' messages may."""
    item = arriving(channel, f"wa_id={who}", **said)
    item.may_wait = True
    return item


def a_full_batch(channel: Channel, first: int = 0) -> list[Item]:
    return [waiting(channel, f"{first + n}", text=f"{first + n}") for n in range(FULL_ITEMS)]


async def a_quiet_neighbour(platform: Api) -> Channel:
    """A channel of another tenant."""
    await a_tenant(platform, "quiet")
    return await a_channel(platform, tenant_id="quiet", external_id="quiet")


async def count(root: asyncpg.Connection, table: str) -> int:
    counts = {
        "messages": "SELECT count(*) FROM messages",
        "spool": "SELECT count(*) FROM inbox_spool",
        "letters": "SELECT count(*) FROM dead_letters",
    }
    return int(await root.fetchval(counts[table]))


async def a_message_of_kim(mesh: Api, channel: Channel) -> None:
    item = arriving(channel, "wa_id=kim")
    await mesh.inbox.Accept(inbox_pb2.AcceptRequest(items=[item]))
