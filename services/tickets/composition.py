"""All of tickets on one pool: every room's servicer, every loop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cassava.tickets.v1 import (
    access_pb2_grpc,
    agent_pb2_grpc,
    channel_pb2_grpc,
    conversation_pb2_grpc,
    customer_pb2_grpc,
    delivery_pb2_grpc,
    endpoint_pb2_grpc,
    event_pb2_grpc,
    inbox_pb2_grpc,
    media_pb2_grpc,
    privacy_pb2_grpc,
    sla_pb2_grpc,
    tenant_pb2_grpc,
    ticket_pb2_grpc,
    turn_pb2_grpc,
)

from mesh import migrate
from mesh.pages import Pages
from mesh.times import now
from mesh.transactions import Forgetting
from services.tickets import durability
from services.tickets.access.servicer import AccessServicer, KeyRing
from services.tickets.agents.servicer import AgentServicer
from services.tickets.audit.readings import Readings
from services.tickets.backlog import Backlog
from services.tickets.bells import Bells
from services.tickets.channels.sealing import Sealer
from services.tickets.channels.servicer import ChannelServicer, Vault
from services.tickets.conversations.servicer import ConversationServicer
from services.tickets.customers.servicer import CustomerServicer
from services.tickets.deliveries.pace import Waits
from services.tickets.deliveries.servicer import DeliveryServicer
from services.tickets.deliveries.sweeper import Sweeper
from services.tickets.endpoints.dispatch import Dispatch
from services.tickets.endpoints.servicer import EndpointServicer
from services.tickets.events.heads import Heads
from services.tickets.events.sequencer import Sequencer
from services.tickets.events.servicer import EVERYDAY, EventServicer, Rhythm
from services.tickets.inbox.accepting import Accepting
from services.tickets.inbox.names import learn
from services.tickets.inbox.servicer import InboxServicer
from services.tickets.inbox.sorter import Sorter
from services.tickets.inbox.spooling import Spooling
from services.tickets.letters.servicer import LetterServicer
from services.tickets.media.servicer import MediaServicer
from services.tickets.privacy.eraser import Eraser
from services.tickets.privacy.servicer import PrivacyServicer
from services.tickets.privacy.tombstone import Tombstones
from services.tickets.retention import Retention
from services.tickets.root import Root
from services.tickets.sla.alarm import Alarm
from services.tickets.sla.servicer import SlaServicer
from services.tickets.tenants.servicer import TenantServicer
from services.tickets.tickets.servicer import TicketServicer
from services.tickets.turns.servicer import TurnServicer
from services.tickets.turns.turn import LEASE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import grpc

    from mesh.loops import Loop
    from mesh.postgres import Pool
    from mesh.valkey import Valkey
    from services.tickets.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
# Every proto of the mesh: one service answers reflection for all of them.
DESCRIPTORS = Path(__file__).parents[2] / "protos/gen/cassava.binpb"


class Tickets:
    """What `serve` needs: servicers to register, keys to verify, loops to run, readiness."""

    def __init__(  # noqa: PLR0913  # a whole service's, most with a default
        self,
        settings: Settings,
        pool: Pool,
        valkey: Valkey,
        clock: Callable[[], datetime] = now,
        rhythm: Rhythm = EVERYDAY,
        *,
        receipts: Pool | None = None,
    ) -> None:
        platform_key = settings.platform_key
        self._pool = pool
        self._receipts = receipts or pool
        self._clock = clock
        self._rhythm = rhythm
        self._warned = False
        self._pages = Pages(settings.mesh_key)
        self.bells = Bells(valkey)
        self._root = Root(*settings.master_keys)
        self._sealer = Sealer(self._root.key("channel-secrets"))
        self._pepper = self._root.key("api-keys")
        self._tombstones = Tombstones(self._root.key("tombstones"))
        self._heads = Heads(pool, valkey)
        self._readings = Readings(pool, clock)
        self._hurry = settings.hurry
        self._may_be_plain = bool(settings.egress_networks)
        self._waits = Waits().hurried(settings.hurry)
        self._sweeper = Sweeper(pool, self.bells, self._waits)
        self._alarm = Alarm(pool, self.bells, valkey)
        self._backlog = Backlog(pool)
        self._sequencer = Sequencer(pool, self.bells, valkey)
        self._accepting = Accepting(pool, clock, self._tombstones)
        self._spooling = Spooling(pool, self.bells.surge, clock)
        self._sorter = Sorter(pool, self._spooling, self._accepting, self.bells)
        self.keys = KeyRing(
            *(pool, self._pepper, platform_key.get_secret_value() if platform_key else None),
            clock,
        )

    @property
    def loops(self) -> tuple[Loop, ...]:
        return (
            self._sequencer.run,
            self._sorter.run,
            self._sweeper.run,
            self._heads.run,
            self._alarm.run,
            self._backlog.run,
            Forgetting(self._pool).run,
            Retention(self._pool, self._clock).run,
        )

    async def ready(self) -> None:
        """Raise what is missing: the database, its durability, its schema."""
        await migrate.is_current(self._pool, MIGRATIONS)
        async with self._pool.connection() as connection:
            await durability.insist(connection)
            if not self._warned:
                await durability.warn(connection)
                self._warned = True
        await self.unseal()

    async def unseal(self) -> None:
        """Before the first call: nothing is sealed, opened or signed in without it."""
        await self._root.unseal(self._pool)

    def register(self, server: grpc.aio.Server) -> None:
        pool, pages, bells, clock = self._pool, self._pages, self.bells, self._clock
        tenant_pb2_grpc.add_TenantServiceServicer_to_server(TenantServicer(pool, pages), server)
        channel_pb2_grpc.add_ChannelServiceServicer_to_server(
            ChannelServicer(pool, pages, bells, self._sealer, may_be_plain=self._may_be_plain),
            server,
        )
        access_pb2_grpc.add_AccessServiceServicer_to_server(
            AccessServicer(pool, pages, self.keys, self._pepper, clock), server
        )
        customer_pb2_grpc.add_CustomerServiceServicer_to_server(
            CustomerServicer(pool, pages), server
        )
        privacy_pb2_grpc.add_PrivacyServiceServicer_to_server(
            PrivacyServicer(pool, bells, Eraser(pool, self._tombstones)), server
        )
        conversation_pb2_grpc.add_ConversationServiceServicer_to_server(
            ConversationServicer(pool, pages, bells, clock, self._readings), server
        )
        ticket_pb2_grpc.add_TicketServiceServicer_to_server(
            TicketServicer(pool, pages, bells, clock), server
        )
        sla_pb2_grpc.add_SlaServiceServicer_to_server(SlaServicer(pool, bells, clock), server)
        agent_pb2_grpc.add_AgentServiceServicer_to_server(
            AgentServicer(pool, pages, bells, clock), server
        )
        event_pb2_grpc.add_EventServiceServicer_to_server(
            EventServicer(
                *(pool, self._heads, self.keys.still_opens, clock),
                *(bells.surge.tenants, self._rhythm),
            ),
            server,
        )
        self._register_endpoints(server)
        self._register_the_way_of_a_message(server)

    def _register_endpoints(self, server: grpc.aio.Server) -> None:
        servicer = EndpointServicer(
            *(self._pool, self._pages, self._sealer),
            Dispatch(self._pool, self._sealer, self.bells, self._clock),
            self._clock,
            may_be_plain=self._may_be_plain,
        )
        endpoint_pb2_grpc.add_EndpointServiceServicer_to_server(servicer, server)

    def _register_the_way_of_a_message(self, server: grpc.aio.Server) -> None:
        pool, bells, clock = self._pool, self.bells, self._clock
        letters = LetterServicer(pool, self._pages, bells, self._readings)
        inbox_pb2_grpc.add_InboxServiceServicer_to_server(
            InboxServicer(self._accepting, self._spooling, bells, letters, self._receipts), server
        )
        turns = TurnServicer(pool, bells, clock, LEASE_SECONDS / self._hurry)
        turn_pb2_grpc.add_TurnServiceServicer_to_server(turns, server)
        delivery_pb2_grpc.add_DeliveryServiceServicer_to_server(
            DeliveryServicer(pool, bells, Vault(self._sealer), self._waits, learn), server
        )
        media_pb2_grpc.add_MediaServiceServicer_to_server(
            MediaServicer(pool, Vault(self._sealer), self._readings), server
        )
