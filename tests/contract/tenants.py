"""Two tenants: one has everything a tenant can have, the other wants to see it."""

from __future__ import annotations

import re
import uuid
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
import httpx2
from cassava.classifier.v1 import intent_pb2, intent_pb2_grpc
from cassava.responder.v1 import knowledge_pb2, knowledge_pb2_grpc
from cassava.tickets.v1 import agent_pb2, endpoint_pb2, sla_pb2, turn_pb2
from cassava.type.v1 import access_pb2 as caller_pb2
from google.protobuf import json_format
from grpc_status import rpc_status

from mesh.access import MeshIdentity, Role
from mesh.client import dial
from tests.contract.walk import Method, Route, methods, nouns
from tests.front import MESH_KEY
from tests.tickets.api import Api, keyed
from tests.tickets.builders import (
    PLATFORM_KEY,
    a_bot_reply,
    a_channel,
    a_dead_letter,
    a_key,
    a_message,
    a_tenant,
)
from tests.tickets.promises import FIRST, a_target

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from google.protobuf.message import Message

    from tests.front import Front

CANARY = "canary-4711-of-the-victim"
NEVER = "never-was"
VICTIM, THIEF = "victim", "thief"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TENANT_ROLES = (Role.VIEWER, Role.AGENT, Role.ADMIN, Role.INGEST)


@dataclass(frozen=True)
class Said:
    """An answer, without what the caller put into the question."""

    code: str
    reason: str
    text: str


class Caller:
    """Somebody with a key, at the edge, by gRPC and by HTTP."""

    def __init__(self, channel: grpc.aio.Channel, http: httpx2.AsyncClient, key: str) -> None:
        self.api = Api(channel)
        self.channel = channel
        self.http = http
        self.key = key
        self._metadata = (("authorization", f"Bearer {key}"),)

    async def answer(self, method: Method, request: Message) -> Message:
        """The first message of a stream; raises gRPC's own error."""
        kind: Any = self.channel.unary_stream if method.is_stream else self.channel.unary_unary
        call = kind(method.path, method.request.SerializeToString, method.response.FromString)(
            request, metadata=self._metadata, timeout=20
        )
        if not method.is_stream:
            return await call  # type: ignore[no-any-return]  # of the method's own class
        try:
            first: Message = await anext(aiter(call))
            return first
        finally:
            call.cancel()

    async def said(self, method: Method, request: Message, *hide: str) -> Said:
        try:
            answer = await self.answer(method, request)
        except grpc.aio.AioRpcError as error:
            status = rpc_status.from_call(error)
            reasons = [d for d in status.details if "ErrorInfo" in d.type_url] if status else []
            return Said(error.code().name, str(reasons), _hidden(error.details() or "", hide))
        return Said("OK", "", _hidden(json_format.MessageToJson(answer), hide))

    async def fetch(
        self, method: Method, route: Route, request: Message, *hide: str, **query: str
    ) -> Said:
        """The same question as JSON, on one of the method's routes."""
        fields = json_format.MessageToDict(request, preserving_proto_field_name=True)
        path = route.path.format_map(_with_zeros(request))
        rest = {k: v for k, v in fields.items() if f"{{{k}}}" not in route.path}
        body = rest if route.body == "*" else rest.get(route.body)
        asked = {} if route.body == "*" else {k: v for k, v in rest.items() if k != route.body}
        response = await self.http.request(
            route.verb, path, json=body if route.body else None, params={**asked, **query}
        )
        return Said(str(response.status_code), "", _hidden(response.text, hide))


def _with_zeros(request: Message) -> dict[str, Any]:
    """A path may hold a number that nobody set."""
    return json_format.MessageToDict(
        request, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


def _hidden(text: str, hide: tuple[str, ...]) -> str:
    for each in hide:
        text = text.replace(each, "…")
    return _UUID.sub("…", text)


@dataclass(frozen=True)
class Two:
    victim: Caller
    thieves: Mapping[Role, Caller]
    platform: Caller
    stranger: Caller
    mesh: Api
    things: Mapping[str, str]

    @property
    def thief(self) -> Caller:
        return self.thieves[Role.ADMIN]

    def no_things(self) -> dict[str, str]:
        """As many ids that never were."""
        return {name: str(uuid.uuid4()) for name in self.things}

    async def snapshot(self) -> dict[str, str]:
        """Everything the victim can read, method by method."""
        reads = [each for each in methods() if each.is_read and each.least <= Role.ADMIN]
        return {
            each.path: (await self.victim.said(each, each.asking(self.things))).text
            for each in reads
            if not each.is_stream and each.name not in _EVER_CHANGING
        }


# Say the time, or what a provider is doing; or are written down themselves.
_MAKING = ("Create", "Start")
# What takes a tenant's own intents and minutes, a run of weak answers, a model or a second one of
# its kind: a made-up id is tried.
_MADE_UP = {
    name: str(uuid.uuid4())
    for name in (
        *("training_id", "unanswered_question_id", "shadow_id", "delivery_id"),
        *("other_customer_id", "other_ticket_id"),
    )
}
_EVER_CHANGING = {
    *(
        "GetEndpointSecret",
        "GetBriefing",
        "ListClocks",
        "GetDashboard",
        "GetTimeseries",
        "GetAgentReport",
        "GetProviderStates",
        "Classify",
        "Reply",
        "DraftReply",
    ),
}


@asynccontextmanager
async def two_tenants(front: Front) -> AsyncIterator[Two]:
    identity = MeshIdentity(MESH_KEY, "gateway")
    async with dial(front.tickets, identity, audience="tickets") as channel:
        mesh = Api(channel)
        async with at_the_edge(front, PLATFORM_KEY) as platform:
            for tenant_id in (VICTIM, THIEF):
                await a_tenant(platform.api, tenant_id)
            async with (
                at_the_edge(front, await _key(platform, VICTIM, Role.ADMIN)) as victim,
                at_the_edge(front, await _key(platform, THIEF, Role.ADMIN)) as admin,
                at_the_edge(front, await _key(platform, THIEF, Role.AGENT)) as agent,
                at_the_edge(front, await _key(platform, THIEF, Role.VIEWER)) as viewer,
                at_the_edge(front, await _key(platform, THIEF, Role.INGEST)) as ingest,
                at_the_edge(front, "csk_0000000000000000_" + "0" * 64) as stranger,
            ):
                thieves = dict(zip(_TENANT_ROLES, (viewer, agent, admin, ingest), strict=True))
                things = await _everything(victim, mesh, VICTIM)
                yield Two(victim, thieves, platform, stranger, mesh, things)


@asynccontextmanager
async def a_furnished_tenant(
    front: Front, platform: Caller, tenant_id: str
) -> AsyncIterator[tuple[Caller, Mapping[str, str]]]:
    """Its admin, and one of each thing that a tenant can have."""
    await a_tenant(platform.api, tenant_id)
    identity = MeshIdentity(MESH_KEY, "gateway")
    async with (
        dial(front.tickets, identity, audience="tickets") as channel,
        at_the_edge(front, await _key(platform, tenant_id, Role.ADMIN)) as admin,
    ):
        yield admin, await _everything(admin, Api(channel), tenant_id)


@asynccontextmanager
async def at_the_edge(front: Front, key: str) -> AsyncIterator[Caller]:
    headers = {"authorization": f"Bearer {key}"}
    async with (
        keyed(str(front.edge), key) as stubs,
        grpc.aio.insecure_channel(str(front.edge)) as channel,
        httpx2.AsyncClient(base_url=front.url, headers=headers, timeout=20) as http,
    ):
        caller = Caller(channel, http, key)
        caller.api = Api(stubs)
        yield caller


async def _key(platform: Caller, tenant_id: str, role: Role) -> str:
    number: Any = caller_pb2.Caller.Value(f"CALLER_{role.name}")
    return await a_key(platform.api, tenant_id, number)


async def _everything(owner: Caller, mesh: Api, tenant_id: str) -> dict[str, str]:
    """One of each thing; what the lists and answers show is found by itself."""
    channel = await a_channel(owner.api, tenant_id=tenant_id, name=CANARY)
    await a_message(mesh, channel, CANARY, CANARY)
    wish = turn_pb2.TicketWish(category="billing")
    await a_bot_reply(mesh, CANARY, ticket=wish, tenant_id=tenant_id)
    await a_dead_letter(mesh, channel, CANARY.encode())
    article = knowledge_pb2.Article(title=CANARY, body=f"{CANARY}. We ship on Mondays.")
    await knowledge_pb2_grpc.KnowledgeServiceStub(owner.channel).CreateArticle(
        knowledge_pb2.CreateArticleRequest(tenant_id=tenant_id, article=article),
        metadata=owner._metadata,
    )
    example = intent_pb2.Example(text=CANARY, intent=CANARY)
    await intent_pb2_grpc.IntentServiceStub(owner.channel).PutIntents(
        intent_pb2.PutIntentsRequest(tenant_id=tenant_id, examples=[example]),
        metadata=owner._metadata,
    )
    await _desk(owner.api, tenant_id)
    return await _found(owner, tenant_id)


async def _desk(api: Api, tenant_id: str) -> None:
    await api.agents.CreateAgent(
        agent_pb2.CreateAgentRequest(tenant_id=tenant_id, agent=agent_pb2.Agent(name=CANARY))
    )
    await api.agents.CreateTeam(
        agent_pb2.CreateTeamRequest(tenant_id=tenant_id, team=agent_pb2.Team(name=CANARY))
    )
    hours = [sla_pb2.TimeFrame(start="09:00", end="17:00")]
    monday = sla_pb2.WeekdayHours(weekday=sla_pb2.WeekdayHours.WEEKDAY_MONDAY, frames=hours)
    calendar = sla_pb2.Calendar(name=CANARY, time_zone="Europe/Berlin", weekly=[monday])
    await api.sla.CreateCalendar(
        sla_pb2.CreateCalendarRequest(tenant_id=tenant_id, calendar=calendar)
    )
    policy = sla_pb2.SlaPolicy(name=CANARY, targets=[a_target(FIRST, 1800)])
    await api.sla.CreateSlaPolicy(
        sla_pb2.CreateSlaPolicyRequest(tenant_id=tenant_id, policy=policy)
    )
    endpoint = endpoint_pb2.Endpoint(url="https://hooks.example.com/", description=CANARY)
    await api.endpoints.CreateEndpoint(
        endpoint_pb2.CreateEndpointRequest(tenant_id=tenant_id, endpoint=endpoint)
    )


async def _found(owner: Caller, tenant_id: str) -> dict[str, str]:
    """What the lists show, by the name that requests give it; makes what there is none of."""
    for each in methods():
        if each.name.startswith(_MAKING) and each.least <= Role.ADMIN:
            await owner.said(each, each.asking({}, tenant_id))
    things: dict[str, str] = {}
    for known in ({}, things):  # all there is, then what is listed by something it belongs to
        for each in methods():
            if each.name.startswith("List") and each.least <= Role.ADMIN:
                with suppress(grpc.aio.AioRpcError):
                    answer = await owner.answer(
                        each, each.asking(known, tenant_id if each.takes_tenant else "")
                    )
                    things |= {**dict(nouns(answer)), **things}
    del things["tenant_id"]
    return {**_MADE_UP, **things}
