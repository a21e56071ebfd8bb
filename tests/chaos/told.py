"""What the public API tells: conversations with their messages and tickets, and dead letters."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cli.api import Api, Refused, Unreachable
from tests.chaos.providers import marks_in

if TYPE_CHECKING:
    from collections.abc import Iterable

_AT_ONCE = 2
_GOING = {"MESSAGE_STATE_QUEUED", "MESSAGE_STATE_SENDING", "MESSAGE_STATE_UNCERTAIN"}
_WE = {"AUTHOR_BOT", "AUTHOR_AGENT"}


@dataclass
class Thread:
    """One conversation as a tenant's program sees it."""

    id: str
    tenant: str
    channel_id: str
    holder: str
    messages: list[dict[str, Any]]
    tickets: list[dict[str, Any]] = field(default_factory=list)

    @property
    def incoming(self) -> list[dict[str, Any]]:
        """The customer's messages in the order of their acceptance."""
        heard = [each for each in self.messages if each["author"] == "AUTHOR_CUSTOMER"]
        return sorted(heard, key=lambda each: int(each["sequence"]))

    @property
    def outgoing(self) -> list[dict[str, Any]]:
        return [each for each in self.messages if each["author"] in _WE]

    @property
    def marks(self) -> list[str]:
        return [mark for each in self.incoming for mark in marks_in(each["text"])]

    @property
    def is_at_rest(self) -> bool:
        """Nothing is on its way in or out."""
        is_going = any(each["state"] in _GOING for each in self.outgoing)
        return not is_going and all(each["turn_id"] for each in self.incoming)


class Telling:
    """Reads tenants again until nothing moves; a conversation at rest is not read twice."""

    def __init__(self, api: Api, tenants: Iterable[str]) -> None:
        self._api = api
        self._tenants = list(tenants)
        self._known: dict[str, tuple[str, Thread]] = {}

    async def threads(self) -> list[Thread]:
        """As they are now; raise `Unreachable` or `Refused` when the API cannot say."""
        gate = asyncio.Semaphore(_AT_ONCE)
        found: list[Thread] = []
        for tenant in self._tenants:
            asked: dict[str, str | int] = {"tenant_id": tenant}
            listed = self._api.every("/api/v1/conversations", "conversations", asked)
            found += await asyncio.gather(
                *[self._thread(tenant, each, gate) async for each in listed]
            )
        return found

    async def at_rest(self, marks: set[str], seconds: float) -> list[Thread]:
        """When everything that `marks` names is there and done, or the time is over."""
        until = asyncio.get_running_loop().time() + seconds
        while True:
            trouble, threads = "", []
            try:
                threads = await self.threads()
            except (Unreachable, Refused) as error:
                trouble = str(error)
            seen = {mark for thread in threads for mark in thread.marks}
            is_over = asyncio.get_running_loop().time() > until
            if threads and (is_over or (marks <= seen and all(t.is_at_rest for t in threads))):
                return threads
            if is_over:
                raise TimeoutError(f"the API does not answer: {trouble}")
            await asyncio.sleep(1.0)

    async def with_tickets(self, threads: list[Thread]) -> list[Thread]:
        by_id = {thread.id: thread for thread in threads}
        for tenant in self._tenants:
            asked: dict[str, str | int] = {"tenant_id": tenant}
            async for ticket in self._api.every("/api/v1/tickets", "tickets", asked):
                if thread := by_id.get(ticket["conversation_id"]):
                    thread.tickets.append(ticket)
        return threads

    async def dead_letters(self) -> int:
        count = 0
        for tenant in self._tenants:
            path = f"/api/v1/tenants/{tenant}/dead_letters"
            count += len([each async for each in self._api.every(path, "dead_letters")])
        return count

    async def _thread(self, tenant: str, told: dict[str, Any], gate: asyncio.Semaphore) -> Thread:
        known = self._known.get(told["id"])
        if known and known[0] == told["etag"] and known[1].is_at_rest:
            return known[1]
        async with gate:
            path = f"/api/v1/conversations/{told['id']}/messages"
            asked: dict[str, str | int] = {"tenant_id": tenant}
            messages = [each async for each in self._api.every(path, "messages", asked)]
        thread = Thread(told["id"], tenant, told["channel_id"], told["holder"], messages)
        self._known[thread.id] = (told["etag"], thread)
        return thread
