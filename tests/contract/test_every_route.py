"""Every method and every route, with another tenant's key: nothing to read, write or tell apart.

The walk is made from the descriptors; a new method is tried without anybody writing it down.
"""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from starlette.routing import Route as GatewayRoute

from mesh.access import MESH_TOKEN, Role, may
from services.gateway.edge import application
from tests.contract.tenants import CANARY, NEVER, THIEF, VICTIM, Caller, Two
from tests.contract.walk import Method, Route, ids_in, methods
from tests.front import Front
from tests.tickets.builders import PLATFORM_KEY

ALL = methods()
PUBLIC = [each for each in ALL if each.least is not Role.MESH]
# What a tenant's own keys can open: the platform's methods have no other tenant.
TENANTS = [each for each in PUBLIC if each.least is not Role.PLATFORM]
ROUTES = [(each, route) for each in TENANTS for route in each.routes]
# Open by design, or with a wall of its own that its own tests try.
WITHOUT_TENANT = {"/", "/docs", "/docs/{name}", "/openapi.json", "/health", "/health/live",
                  "/health/ready", "/api/v1/test/test", "/api/v1/session",
                  "/console", "/console/{path:path}"}  # fmt: skip


def named(methods: list[Method]) -> list[Any]:
    return [pytest.param(each, id=each.path) for each in methods]


def routed(routes: list[tuple[Method, Route]]) -> list[Any]:
    return [
        pytest.param(each, route, id=f"{route.verb} {route.path}-{each.name}")
        for each, route in routes
    ]


# What is listed only by what it belongs to.
_BELONGS_TO = {
    "ListMessages": ("conversation_id",),
    "ListTicketChanges": ("ticket_id",),
    "ListEndpointDeliveries": ("endpoint_id",),
}

NAMED_BY_THE_PLATFORM = [
    each for each in TENANTS if each.takes_tenant and may(Role.PLATFORM, each.least)
]
WITH_THINGS = [each for each in TENANTS if ids_in(each.request)]
THING_ROUTES = [(each, route) for each, route in ROUTES if ids_in(each.request)]


def thief(two: Two, method: Method) -> Caller:
    """The one with just the right that the method asks for."""
    return two.thieves[method.least]


@pytest.fixture(autouse=True)
def _looked_before(before: dict[str, str]) -> None:
    """So that the last test has something to compare with."""


async def test_there_is_one_of_everything_that_a_request_can_name(two: Two) -> None:
    """A new noun needs its List method, or a maker in `tenants.py`."""
    missing = {
        (each.name, name) for each in TENANTS for name in ids_in(each.request) - two.things.keys()
    }

    assert missing == set()


@pytest.mark.parametrize("method", named(WITH_THINGS))
async def test_a_thing_of_another_tenant_is_as_if_it_never_was(two: Two, method: Method) -> None:
    never = two.no_things()

    theirs = await thief(two, method).said(method, method.asking(two.things))
    nobodys = await thief(two, method).said(method, method.asking(never))

    hidden = (*two.things.values(), *never.values())
    assert _without(theirs.text, hidden) == _without(nobodys.text, hidden)
    assert (theirs.code, theirs.reason) == (nobodys.code, nobodys.reason)
    assert theirs.code in {"OK", "NOT_FOUND"}
    assert CANARY not in theirs.text


@pytest.mark.parametrize("method", named([each for each in TENANTS if each.takes_tenant]))
async def test_naming_another_tenant_is_refused_whether_it_exists_or_not(
    two: Two, method: Method
) -> None:
    caller = thief(two, method)

    theirs = await caller.said(method, method.asking(two.things, VICTIM), VICTIM)
    nobodys = await caller.said(method, method.asking(two.things, NEVER), NEVER)
    deep = method.asking({**two.things, "tenant_id": VICTIM})
    deep.tenant_id = ""

    assert theirs == nobodys
    assert theirs.code == "PERMISSION_DENIED"
    if deep != method.asking(two.things):
        assert (await caller.said(method, deep)).code == "PERMISSION_DENIED"


@pytest.mark.parametrize("method", named(NAMED_BY_THE_PLATFORM))
async def test_the_platform_is_told_when_it_misspells_a_tenant(two: Two, method: Method) -> None:
    said = await two.platform.said(method, method.asking(two.things, NEVER))

    assert said.code == "NOT_FOUND"
    assert f"no tenant {NEVER}" in said.text


@pytest.mark.parametrize(("method", "route"), routed(THING_ROUTES))
async def test_on_no_route_is_there_a_thing_of_another_tenant(
    two: Two, method: Method, route: Route
) -> None:
    never = two.no_things()
    caller = thief(two, method)

    theirs = await caller.fetch(method, route, method.asking(two.things, THIEF))
    nobodys = await caller.fetch(method, route, method.asking(never, THIEF))

    hidden = (*two.things.values(), *never.values())
    assert _without(theirs.text, hidden) == _without(nobodys.text, hidden)
    assert theirs.code == nobodys.code
    assert theirs.code in {"200", "404"}
    assert CANARY not in theirs.text


@pytest.mark.parametrize(
    ("method", "route"), routed([(each, route) for each, route in ROUTES if each.takes_tenant])
)
async def test_on_no_route_can_another_tenant_be_named(
    two: Two, method: Method, route: Route
) -> None:
    caller = thief(two, method)

    theirs = await caller.fetch(method, route, method.asking(two.things, VICTIM), VICTIM)
    nobodys = await caller.fetch(method, route, method.asking(two.things, NEVER), NEVER)

    assert theirs == nobodys
    assert theirs.code == "403"


@pytest.mark.parametrize("method", named(PUBLIC))
async def test_no_right_opens_more_than_its_own(two: Two, method: Method) -> None:
    lesser = [role for role in two.thieves if not may(role, method.least)]

    said = [await two.thieves[role].said(method, method.asking(two.things)) for role in lesser]

    assert {each.code for each in said} <= {"PERMISSION_DENIED"}


@pytest.mark.parametrize("method", named(PUBLIC))
async def test_a_key_that_is_nobodys_opens_nothing(two: Two, method: Method) -> None:
    said = [await two.stranger.said(method, method.asking(two.things))]
    request = method.asking(two.things, VICTIM if method.takes_tenant else "")
    said += [await two.stranger.fetch(method, route, request) for route in method.routes]

    # After ten tries with one key it is not even looked at.
    assert {each.code for each in said} <= {"UNAUTHENTICATED", "401", "RESOURCE_EXHAUSTED", "429"}


@pytest.mark.parametrize("method", named([each for each in ALL if each.least is Role.MESH]))
async def test_what_is_the_meshs_own_does_not_exist_outside(
    two: Two, front: Front, method: Method
) -> None:
    forged = (("authorization", f"Bearer {PLATFORM_KEY}"), (MESH_TOKEN, "forged.token"))
    async with grpc.aio.insecure_channel(str(front.edge)) as channel:
        call: Any = channel.unary_unary(method.path, method.request.SerializeToString)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(method.asking(two.things), metadata=forged)
    by_web = await two.platform.http.post(
        method.path, content=b"\0\0\0\0\0", headers={"content-type": "application/grpc-web+proto"}
    )

    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert by_web.headers.get("grpc-status", "12") == "12"


async def test_a_page_of_another_tenant_cannot_be_turned(two: Two) -> None:
    turned = []
    for each in TENANTS:
        if "page_token" not in each.request.DESCRIPTOR.fields_by_name:
            continue
        belongs_to = {name: two.things[name] for name in _BELONGS_TO.get(each.name, ())}
        request = each.asking(belongs_to, VICTIM if each.takes_tenant else "")
        request.page_size = 1
        page: Any = await two.victim.answer(each, request)
        if page.next_page_token:
            request.page_token = page.next_page_token
            if each.takes_tenant:
                request.tenant_id = ""
            turned.append((each.name, (await thief(two, each).said(each, request)).code))

    assert len(turned) > 1
    assert {code for _, code in turned} <= {"INVALID_ARGUMENT", "NOT_FOUND"}


def gateway_routes() -> set[str]:
    """Every path of the gateway's own, with their slash cut off."""

    class Anything:
        def __getattr__(self, name: str) -> Any:
            return lambda _: None

    nothing: Any = Anything()
    app = application(*[nothing] * 7)
    return {
        route.path.rstrip("/") or "/" for route in app.routes if isinstance(route, GatewayRoute)
    }


def test_every_route_of_the_gateway_is_a_tenants_or_known_to_be_open() -> None:
    open_ones = {path for path in gateway_routes() if "{tenant_id}" not in path}

    # Visitors have no key but a token of their own (tests/gateway/test_webchat.py).
    assert {path for path in open_ones if "/webchat/" not in path} == WITHOUT_TENANT


@pytest.mark.parametrize("path", sorted(p for p in gateway_routes() if "{tenant_id}" in p))
async def test_the_gateways_routes_refuse_another_tenant_as_they_refuse_none(
    two: Two, path: str
) -> None:
    said = [
        await two.thief.http.get(path.format(tenant_id=tenant_id, channel_id=NEVER))
        for tenant_id in (VICTIM, NEVER)
    ]

    assert [each.status_code for each in said] == [403, 403]
    assert said[0].json() == said[1].json()


async def test_the_test_endpoint_takes_nothing_for_another_tenant(two: Two) -> None:
    body = {"message": "hello", "customer_id": "kim", "channel": "test"}

    said = [
        await two.thief.http.post("/api/v1/test/test", json={**body, "tenant_id": tenant_id})
        for tenant_id in (VICTIM, NEVER)
    ]

    assert [each.status_code for each in said] == [403, 403]
    assert said[0].json() == said[1].json()


async def test_a_name_that_no_tenant_can_have_is_a_wrong_field(two: Two) -> None:
    named = [each for each in NAMED_BY_THE_PLATFORM if each.name in {"GetTenant", "ListIntents"}]

    said = [await two.platform.said(each, each.asking({}, "Acme!")) for each in named]

    assert [each.code for each in said] == ["INVALID_ARGUMENT"] * 2


async def test_the_platform_misspells_no_tenant_at_the_gateway_either(two: Two) -> None:
    body = {"message": "hello", "customer_id": "kim", "channel": "test", "tenant_id": NEVER}

    said = [
        await two.platform.http.post("/api/v1/test/test", json=body),
        await two.platform.http.get(f"/api/v1/tenants/{NEVER}/events"),
    ]

    assert [each.status_code for each in said] == [404, 404]
    assert {each.json()["message"] for each in said} == {f"no tenant {NEVER}"}


async def test_a_request_id_of_another_tenant_gives_no_answer_of_theirs(two: Two) -> None:
    create = next(each for each in ALL if each.name == "CreateArticle")
    request = create.asking({})
    request.request_id = "0190a000-0000-4000-8000-000000000001"
    request.article.title, request.article.body = "Shipping", "On Mondays."

    theirs: Any = await two.victim.answer(create, request)
    ours: Any = await two.thief.answer(create, request)

    assert ours.article.id != theirs.article.id
    read = next(each for each in ALL if each.name == "GetArticle")
    hidden = await two.thief.said(read, read.asking({"article_id": theirs.article.id}))
    assert hidden.code == "NOT_FOUND"
    gone = next(each for each in ALL if each.name == "DeleteArticle")
    await two.victim.answer(gone, gone.asking({"article_id": theirs.article.id}))


async def test_after_all_of_it_the_victim_has_what_it_had(two: Two, before: dict[str, str]) -> None:
    assert await two.snapshot() == before


def _without(text: str, ids: tuple[str, ...]) -> str:
    for each in ids:
        text = text.replace(each, "…")
    return text
