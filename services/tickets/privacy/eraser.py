"""Erasing one person: out of reach in one commit, then gone, a few rows at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.tickets.customers.customer import CustomerNotFound
from services.tickets.customers.store import CustomerStore
from services.tickets.events.event import Event
from services.tickets.events.store import EventStore
from services.tickets.inbox.wire import NOBODY
from services.tickets.privacy.erasure import ErasureNotFound, State, text_hash
from services.tickets.privacy.held import EVERYTHING, MESSAGES
from services.tickets.privacy.store import ErasureStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from mesh.postgres import Connection, Pool
    from services.tickets.privacy.erasure import Erasure
    from services.tickets.privacy.tombstone import Tombstones

# In a letter that came for no tenant, only a name that can be nobody else's counts.
_UNMISTAKABLE = 8
# Rows in one transaction: short enough for every statement's time limit.
_AT_ONCE = 2000


class Eraser:
    def __init__(self, pool: Pool, tombstones: Tombstones) -> None:
        self._pool = pool
        self._tombstones = tombstones

    async def begin(self, connection: Connection, tenant_id: str, customer_id: UUID) -> bool:
        """From this commit on nobody finds, answers or hears them. False: it was begun before."""
        store = ErasureStore(connection)
        await CustomerStore(connection).alone(tenant_id)
        root = await store.root_of(customer_id)
        if root is None:
            raise CustomerNotFound(customer_id)
        if await store.find(root):
            return False
        person = await store.person(root)
        conversations = await store.fence(person)
        await store.begin(tenant_id, root, conversations)
        removed = await self._bury(store, tenant_id, person)
        await store.forget_identity(person)
        await store.count(root, removed)
        gone = [
            Event("conversation.updated", each, data={"erased": True}) for each in conversations
        ]
        await EventStore(connection).append(tenant_id, *gone)
        return True

    async def _bury(
        self, store: ErasureStore, tenant_id: str, person: Sequence[UUID]
    ) -> dict[str, int]:
        """Marks for their names; letters and notes that speak of them go."""
        aliases = await store.aliases(person)
        names = [row["value"] for row in aliases]
        mark = self._tombstones.of_name
        await store.bury(
            tenant_id, [mark(tenant_id, row["account_id"], row["alias_hash"]) for row in aliases]
        )
        notes = await store.nobodys_notes_naming(names, [row["account_id"] for row in aliases])
        await store.drop_notes([row["id"] for row in notes])
        letters = await self._bury_letters(store, tenant_id, names)
        async with store.seeing(NOBODY, tenant_id):
            plain = [name for name in names if len(name) >= _UNMISTAKABLE]
            letters += await self._bury_letters(store, NOBODY, plain)
        return {"dead_letters": letters, "notes": len(notes)}

    async def _bury_letters(self, store: ErasureStore, owner: str, names: Sequence[str]) -> int:
        letters = [row["id"] for row in await store.letters_naming(names)]
        await store.bury(owner, [self._tombstones.of_letter(owner, each) for each in letters])
        await store.drop_letters(letters)
        return len(letters)

    async def go_on(self, tenant_id: str, customer_id: UUID) -> Erasure:
        """Until nothing of ours is left; a repeat finds less to do."""
        while await self._some(tenant_id, customer_id):
            pass
        return await self.standing(tenant_id, customer_id)

    async def standing(self, tenant_id: str, customer_id: UUID) -> Erasure:
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            found = await ErasureStore(connection).find(customer_id)
        if found is None:
            raise ErasureNotFound(customer_id)
        return found

    async def _some(self, tenant_id: str, customer_id: UUID) -> bool:
        """One transaction's worth; whether there may be more."""
        async with self._pool.transaction(tenant_id) as connection:
            store = ErasureStore(connection)
            await store.lock(await store.root_of(customer_id) or customer_id)
            erasure = await store.find(customer_id)
            if erasure is None or erasure.state is not State.DELETING:
                return False
            person = await store.person(erasure.customer_id)
            room, removed, hashes = _AT_ONCE, dict[str, int](), list[bytes]()
            for held in EVERYTHING:
                rows = await store.drop(held, erasure.conversation_ids, person, room)
                removed[held.name] = len(rows)
                if held is MESSAGES:
                    said = (row["body"] for row in rows if row["author"] == "customer")
                    hashes += [text_hash(body.decode(errors="replace")) for body in said if body]
                if (room := room - len(rows)) <= 0:
                    break
            if room > 0:
                ids = [*person, *erasure.conversation_ids]
                removed["kept_answers"] = await store.drop_answers(ids)
            state = State.FORGETTING if room > 0 else State.DELETING
            await store.count(erasure.customer_id, removed)
            await store.reach(erasure.customer_id, state, hashes)
            return room <= 0
