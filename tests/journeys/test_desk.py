"""A day at the desk, through the edge: every verb as a console or a program says it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cli.api import Refused
from tests.journeys.scene import DEMO, eventually, fresh, whatsapp

if TYPE_CHECKING:
    from tests.journeys.scene import Scene

ASKS = "I want to talk to a human"


async def a_handed_over(scene: Scene) -> dict[str, Any]:
    phone, hook = whatsapp(ASKS)
    await scene.post(hook)

    async def queued() -> dict[str, Any]:
        found = await scene.conversation_of(phone)
        return found if found.get("ticket_id") else {}

    return await eventually(queued)


async def somebody(scene: Scene) -> dict[str, Any]:
    """An agent who works here still."""
    agents = (await scene.api.call("GET", f"{DEMO}/agents"))["agents"]
    return next(each for each in agents if each["state"] == "STATE_ACTIVE")


async def do(scene: Scene, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """A command on a conversation or a ticket: the thing as it is then."""
    answer = await scene.api.call("POST", f"/api/v1/{what}", body or {})
    (thing,) = answer.values()
    return dict(thing)


async def test_a_case_is_worked_on_with_every_verb(scene: Scene) -> None:
    conversation = await a_handed_over(scene)
    at, case = f"conversations/{conversation['id']}", f"tickets/{conversation['ticket_id']}"
    team = (await scene.api.call("GET", f"{DEMO}/teams"))["teams"][0]

    assigned = await do(scene, f"{at}:assign", {"team_id": team["id"]})
    escalated = await do(scene, f"{case}:escalate", {"reason": "Waits since yesterday"})
    taken = await do(scene, f"{at}:take_over")
    reply = await do(scene, f"{at}/messages", {"text": "I am on it", "then": "THEN_KEEP_OPEN"})
    waiting = await do(scene, f"{case}:wait")
    resumed = await do(scene, f"{case}:resume")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    snoozed = await do(scene, f"{at}:snooze", {"until": tomorrow})
    awake = await do(scene, f"{at}:snooze")
    resolved = await do(scene, f"{at}:resolve")
    rated = await do(scene, f"{at}:rate", {"rating": 5})
    reopened = await do(scene, f"{at}:reopen")
    released = await do(scene, f"{at}:release")

    assert assigned["team_id"] == team["id"]
    assert escalated["escalation"] == 1
    assert (taken["holder"], reply["author"]) == ("HOLDER_PERSON", "AUTHOR_AGENT")
    assert (waiting["status"], resumed["status"]) == ("STATUS_WAITING", "STATUS_OPEN")
    assert (snoozed["status"], awake["status"]) == ("STATUS_SNOOZED", "STATUS_OPEN")
    assert (resolved["status"], rated["rating"]) == ("STATUS_RESOLVED", 5)
    assert (reopened["status"], released["holder"]) == ("STATUS_OPEN", "HOLDER_BOT")


async def test_a_case_has_clocks_changes_and_ties(scene: Scene) -> None:
    first, second = await a_handed_over(scene), await a_handed_over(scene)
    case = f"/api/v1/tickets/{first['ticket_id']}"

    tie = {"other_ticket_id": second["ticket_id"], "kind": "TICKET_LINK_KIND_RELATED"}
    tied = await scene.api.call("POST", f"{case}:link", tie)
    changed = await scene.api.call("PATCH", case, {"category": "complaint"})
    clocks = (await scene.api.call("GET", f"{case}/clocks"))["clocks"]
    changes = (await scene.api.call("GET", f"{case}/changes"))["changes"]

    assert tied["ticket"]["links"][0]["ticket_id"] == second["ticket_id"]
    assert changed["ticket"]["category"] == "complaint"
    assert {"CLOCK_KIND_FIRST_RESPONSE", "CLOCK_KIND_RESOLUTION"} <= {c["kind"] for c in clocks}
    assert changes[0]["after"]["category"] == "complaint"


async def test_a_case_ends_and_comes_back_and_whoever_takes_it_is_told_all(scene: Scene) -> None:
    conversation, other = await a_handed_over(scene), await a_handed_over(scene)
    at, case = f"conversations/{conversation['id']}", f"tickets/{conversation['ticket_id']}"
    agent = await somebody(scene)

    to = {"assignee_id": agent["id"], "over_capacity": True}
    given = await do(scene, f"{case}:assign", to)
    note = await do(scene, f"{at}/messages", {"text": "Called back", "note": True})
    tied = {"other_ticket_id": other["ticket_id"], "kind": "TICKET_LINK_KIND_RELATED"}
    await do(scene, f"{case}:link", tied)
    untied = await do(scene, f"{case}:unlink", tied)
    ended = await do(scene, f"{case}:resolve")
    again = await do(scene, f"{case}:reopen")
    briefing = (await scene.api.call("GET", f"/api/v1/{at}/briefing"))["briefing"]

    assert given["assignee_id"] == agent["id"]
    assert note["kind"] == "MESSAGE_KIND_NOTE"
    assert not untied.get("links")
    assert (ended["status"], again["status"]) == ("STATUS_RESOLVED", "STATUS_OPEN")
    assert ASKS in briefing["summary"]


async def test_promises_teams_and_customers_are_kept_over_rest(scene: Scene) -> None:
    week = [
        {"weekday": day, "frames": [{"start": "09:00", "end": "17:00"}]}
        for day in ("WEEKDAY_MONDAY", "WEEKDAY_FRIDAY")
    ]
    calendar = await do(
        scene, "tenants/demo/calendars", {"name": "Office", "time_zone": "UTC", "weekly": week}
    )
    target = {"kind": "CLOCK_KIND_RESOLUTION", "normal": "3600s", "calendar_id": calendar["id"]}
    promise = {"name": "Gold", "position": 99, "channels": ["CHANNEL_KIND_TELEGRAM"]}
    policy = await do(scene, "tenants/demo/sla_policies", {**promise, "targets": [target]})
    team = await do(scene, "tenants/demo/teams", {"name": f"Returns {fresh()}"})
    customer = f"/api/v1/customers/{(await a_handed_over(scene))['customer_id']}"

    edited = await scene.api.call("PATCH", f"{DEMO}/calendars/{calendar['id']}", {"name": "Shop"})
    moved = await scene.api.call("PATCH", f"{DEMO}/sla_policies/{policy['id']}", {"position": 98})
    renamed = await scene.api.call("PATCH", f"{DEMO}/teams/{team['id']}", {"auto_assign": True})
    known = await scene.api.call("PATCH", customer, {"name": "Amina O."})
    await scene.api.call("DELETE", f"{DEMO}/sla_policies/{policy['id']}")
    left = (await scene.api.call("GET", f"{DEMO}/sla_policies")).get("policies", [])

    assert edited["calendar"]["name"] == "Shop"
    assert moved["policy"]["position"] == 98
    assert renamed["team"]["auto_assign"]
    assert known["customer"]["name"] == "Amina O."
    assert policy["id"] not in [each["id"] for each in left]


async def test_a_person_opens_a_case_and_a_desk_is_set_up_over_rest(scene: Scene) -> None:
    phone, hook = whatsapp("What does a pair of shoes cost?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    skills = {"name": f"Ada {fresh()}", "capacity": 3, "skills": ["shoes"]}

    asked = {"conversation_id": conversation["id"], "subject": "Größe 46 👟"}
    case = await do(scene, "tickets/", asked)
    again = await refusal(scene, "POST", "tickets", asked)
    agent = await do(scene, "tenants/demo/agents", skills)
    at = f"{DEMO}/agents/{agent['id']}"
    changed = (await scene.api.call("PATCH", at, {"capacity": 5}))["agent"]
    gone = await do(scene, f"tenants/demo/agents/{agent['id']}:archive")
    listed = await scene.tickets(conversation["id"])

    assert (case["subject"], again) == ("Größe 46 👟", (400, "TICKET_ALREADY_OPEN"))
    assert [each["id"] for each in listed] == [case["id"]]
    assert (changed["capacity"], changed["skills"]) == (5, ["shoes"])
    assert gone["state"] == "STATE_ARCHIVED"


async def test_what_cannot_be_done_is_said_at_the_edge(scene: Scene) -> None:
    conversation = await a_handed_over(scene)
    at, case = f"conversations/{conversation['id']}", f"tickets/{conversation['ticket_id']}"
    nobody, noone = (f"01a00000-0000-7000-8000-00000000000{n}" for n in "01")
    asked = [each["id"] for each in await scene.messages(conversation["id"], "AUTHOR_CUSTOMER")]

    said = [
        await refusal(scene, "POST", f"conversations/{nobody}:resolve"),
        await refusal(scene, "GET", "tickets/not-an-id"),
        await refusal(scene, "GET", "conversations", query={"page_token": "made-up"}),
        await refusal(scene, "POST", f"{at}:resolve", {"etag": "0"}),
        await refusal(scene, "POST", f"{at}/messages/{asked[0]}:resend"),
        await refusal(scene, "POST", f"{at}/messages", {"text": " ", "note": True}),
        await refusal(scene, "POST", f"{at}/messages", {"text": "x" * 20_001}),
        await refusal(scene, "POST", f"{at}:rate", {"rating": 6}),
        await refusal(scene, "POST", f"{case}:link", {"other_ticket_id": conversation["id"]}),
        await refusal(scene, "POST", f"{case}:reopen"),
        await refusal(scene, "POST", f"customers/{nobody}:merge", {"other_customer_id": noone}),
    ]

    bad = (400, "INVALID_INPUT")
    assert said == [
        (404, "CONVERSATION_NOT_FOUND"),
        bad,
        (400, "PAGE_TOKEN_INVALID"),
        (409, "CONVERSATION_CHANGED_MEANWHILE"),
        (400, "MESSAGE_NOT_PARKED"),
        *(bad, bad, bad, bad),
        (400, "TICKET_NOT_RESOLVED"),
        (404, "CUSTOMER_NOT_FOUND"),
    ]


async def refusal(
    scene: Scene,
    method: str,
    what: str,
    body: dict[str, Any] | None = None,
    query: dict[str, str | int] | None = None,
) -> tuple[int, str]:
    with pytest.raises(Refused) as refused:
        await scene.api.call(method, f"/api/v1/{what}", body, query=query)
    return refused.value.status, refused.value.reason


async def test_a_conversation_is_tagged_and_found_by_its_words(scene: Scene) -> None:
    word = f"zebra{fresh()}"
    phone, hook = whatsapp(f"{ASKS} about my {word}")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)
    at = f"/api/v1/conversations/{conversation['id']}"
    await scene.api.call("PATCH", at, {"tags": ["vip"]})

    async def found() -> list[dict[str, Any]]:
        asked = {"q": word, "tag": "vip"}
        listed = await scene.api.call("GET", "/api/v1/conversations", query=asked)
        return list(listed.get("conversations", []))

    assert [each["id"] for each in await eventually(found)] == [conversation["id"]]


async def test_customers_are_merged_over_rest(scene: Scene) -> None:
    one, other = await a_handed_over(scene), await a_handed_over(scene)
    at = f"/api/v1/customers/{one['customer_id']}"

    await scene.api.call("POST", f"{at}:merge", {"other_customer_id": other["customer_id"]})

    known = (await scene.api.call("GET", at))["customer"]
    assert known["history"]["conversations"] == 2
    assert len({alias["value"] for alias in known["aliases"]}) == 2


async def test_an_agent_who_comes_online_gets_what_waits(scene: Scene) -> None:
    agent = f"{DEMO}/agents/{(await somebody(scene))['id']}"
    conversation = await a_handed_over(scene)

    await scene.api.call("POST", f"{agent}:set_presence", {"presence": "PRESENCE_ONLINE"})
    given = (await scene.api.call("GET", agent))["agent"]
    await scene.api.call("POST", f"{agent}:set_presence", {"presence": "PRESENCE_OFFLINE"})

    assert 1 <= given["open_conversations"] <= given["capacity"]
    assert conversation["id"]


async def test_the_figures_speak_of_the_desk(scene: Scene) -> None:
    conversation = await a_handed_over(scene)
    await do(scene, f"conversations/{conversation['id']}/messages", {"text": "Hello"})

    async def answered() -> dict[str, Any]:
        figures = await scene.dashboard()
        return figures if figures["human_first_response_seconds"].get("count") else {}

    figures = await eventually(answered)
    series = await scene.api.call(
        "GET", "/api/v1/analytics/timeseries", query={"tenant_id": "demo", "step": "STEP_HOUR"}
    )
    report = await scene.api.call(
        "GET", "/api/v1/analytics/agents", query={"tenant_id": "demo", "days": 1}
    )

    assert figures["outcomes"]
    assert series["points"]
    assert report["agents"]


async def test_a_calendar_that_never_opens_is_refused_over_rest(scene: Scene) -> None:
    with pytest.raises(Refused):
        await scene.api.call("POST", f"{DEMO}/calendars", {"name": "Never", "time_zone": "UTC"})


async def test_storms_of_reconnects_leave_no_gap(scene: Scene) -> None:
    """Clients come and go while things happen: each resumes where it was and misses nothing."""
    async with scene.events() as seen:
        await a_handed_over(scene)

        async def some() -> list[dict[str, Any]]:
            return seen[:] if len(seen) > 4 else []

        start = (await eventually(some))[0]["position"]

    async def client() -> list[int]:
        numbers: list[int] = []
        position = start
        for _ in range(5):
            headers = {"last-event-id": position}
            async with scene.http.stream("GET", f"{DEMO}/events", headers=headers) as response:
                async for line in response.aiter_lines():
                    if line.startswith("id: "):
                        position = line.removeprefix("id: ")
                        numbers.append(int(position.rpartition(".")[2]))
                        break
        return numbers

    storms = await asyncio.gather(*(client() for _ in range(20)))

    first = int(start.rpartition(".")[2])
    assert all(numbers == [first + n + 1 for n in range(len(numbers))] for numbers in storms)
