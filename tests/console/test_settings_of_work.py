"""What an admin sets up of the work: agents, hours, promises, rules, endpoints, keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from cli.demo_tenant import tenant
from tests.journeys.scene import DEMO, eventually, fresh, whatsapp

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.console.browser import Watched
    from tests.journeys.scene import Scene


async def listed(scene: Scene, what: str) -> list[dict[str, Any]]:
    return [each async for each in scene.api.every(f"{DEMO}/{what}", what)]


def row(desk: Watched, name: str) -> Locator:
    return desk.page.get_by_role("row").filter(has_text=name)


async def save(form: Locator, name: str = "Save") -> None:
    await form.get_by_role("button", name=name, exact=True).click()


async def test_an_agent_joins_a_team_takes_work_and_leaves(desk: Watched, scene: Scene) -> None:
    team, name = f"Returns {fresh()}", f"Ada {fresh()}"
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    await desk.go("/settings/people")

    await page.get_by_role("button", name="New team").click()
    await dialog.get_by_label("Name", exact=True).fill(team)
    await save(dialog)
    await expect(row(desk, team)).to_be_visible()
    await page.get_by_role("button", name="New agent").click()
    await dialog.get_by_label("Name", exact=True).fill(name)
    await dialog.get_by_label("Skills").fill("de, billing")
    await dialog.get_by_label("Conversations at once").fill("3")
    await dialog.get_by_label(team).check()
    await save(dialog)
    await page.get_by_label(f"Presence: {name}").select_option("Nothing new")
    await expect(page.get_by_label(f"Presence: {name}")).to_have_value("PRESENCE_AWAY")

    async def away() -> list[dict[str, Any]]:
        agents = [each for each in await listed(scene, "agents") if each["name"] == name]
        return [each for each in agents if each["presence"] == "PRESENCE_AWAY"]

    (agent,) = await eventually(away)
    assert (agent["skills"], agent["capacity"], len(agent["team_ids"])) == (["de", "billing"], 3, 1)
    await page.get_by_role("button", name=f"Archive: {name}").click()
    await save(dialog, "Archive")
    await expect(row(desk, name)).to_contain_text("Left")


async def test_what_the_service_declines_of_an_agent_stands_beside_the_field(
    desk: Watched,
) -> None:
    await desk.go("/settings/people")
    dialog = desk.page.get_by_role("dialog")

    await desk.page.get_by_role("button", name="New agent").click()
    await dialog.get_by_label("Name", exact=True).fill("Ada")
    await dialog.get_by_label("Skills").fill("Two Words")
    await save(dialog)

    await expect(dialog.get_by_label("Skills")).to_have_attribute("aria-invalid", "true")
    await expect(dialog.get_by_label("Name", exact=True)).to_have_value("Ada")
    assert all("400" in each for each in desk.troubles)
    desk.troubles.clear()


async def test_split_shifts_and_a_holiday_make_a_calendar(desk: Watched, scene: Scene) -> None:
    name = f"Nairobi {fresh()}"
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    await desk.go("/settings/hours")

    await page.get_by_role("button", name="New calendar").click()
    await dialog.get_by_label("Name", exact=True).fill(name)
    await dialog.get_by_label("Time zone").fill("Africa/Nairobi")
    for _ in range(2):
        await dialog.get_by_role("button", name="Add hours: Monday").click()
    await dialog.get_by_label("Monday 1: until").fill("12:30")
    await dialog.get_by_label("Monday 2: from").fill("14:00")
    await dialog.get_by_label("Monday 2: until").fill("00:00")
    await dialog.get_by_role("button", name="Add a holiday").click()
    await dialog.get_by_label("Date").fill("2026-12-12")
    await dialog.get_by_label("Every year").check()
    await save(dialog)
    await expect(row(desk, name)).to_contain_text(re.compile("Monday 09:00.12:30, 14:00.24:00"))

    answer = await scene.api.call("GET", f"{DEMO}/calendars")
    (calendar,) = [each for each in answer["calendars"] if each["name"] == name]
    assert [each["date"] for each in calendar["holidays"]] == ["2026-12-12"]


async def test_a_promise_is_made_changed_and_taken_back(desk: Watched, scene: Scene) -> None:
    name = f"Gold {fresh()}"
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    await desk.go("/settings/promises")

    await page.get_by_role("button", name="New policy").click()
    await dialog.get_by_label("Name", exact=True).fill(name)
    await dialog.get_by_role("group", name="For which cases").get_by_label("Telegram").check()
    first = dialog.get_by_role("group", name="First response")
    await first.get_by_label("Critical").fill("15")
    await save(dialog)
    await page.get_by_role("button", name=f"Edit: {name}").click()
    await first.get_by_label("Low").fill("480")
    await save(dialog)
    await expect(row(desk, name)).to_contain_text(
        re.compile("First response: 15 min / . / . / 8 h")
    )
    (policy,) = await _policies(scene, name)
    await page.get_by_role("button", name=f"Remove: {name}").click()
    await save(dialog, "Remove")
    await expect(dialog).to_have_count(0)  # behind which no row is seen

    await expect(row(desk, name)).to_have_count(0)
    assert policy["channels"] == ["CHANNEL_KIND_TELEGRAM"]
    assert await _policies(scene, name) == []


async def _policies(scene: Scene, name: str) -> list[dict[str, Any]]:
    answer = await scene.api.call("GET", f"{DEMO}/sla_policies")
    return [each for each in answer["policies"] if each["name"] == name]


async def test_a_rule_made_here_is_followed_by_the_next_message(
    desk: Watched, scene: Scene
) -> None:
    tag = f"vip-{fresh()}"
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    await desk.go("/settings/rules")

    await page.get_by_role("button", name="New rule").click()
    await dialog.get_by_role("group", name="Channels").get_by_label("WhatsApp").check()
    await save(dialog)
    await expect(dialog.get_by_role("alert")).to_contain_text("does nothing yet")
    await dialog.get_by_label("Tags").fill(tag)
    await save(dialog)
    await expect(row(desk, tag)).to_contain_text("Channels: WhatsApp")
    phone, hook = whatsapp("How long does delivery take?")
    await scene.post(hook)
    conversation = await scene.conversation_of(phone)

    async def tagged() -> bool:
        path = f"/api/v1/conversations/{conversation['id']}"
        found = await scene.api.call("GET", path, query={"tenant_id": tenant.TENANT_ID})
        return tag in found["conversation"]["tags"]

    assert await eventually(tagged)
    await row(desk, tag).get_by_role("button", name=re.compile("Remove")).click()
    await expect(row(desk, tag)).to_have_count(0)


async def test_the_machines_voice_and_limits_are_set(desk: Watched, scene: Scene) -> None:
    before = await _policy(scene)
    form = desk.page.get_by_role("form", name="Answers")
    await desk.go("/settings/answers")

    await form.get_by_label("Persona").fill("Mama Cassava, shopkeeper")
    await form.get_by_label("Answers in a row").fill("5")
    await save(form)
    changed = before | {"persona": "Mama Cassava, shopkeeper", "turn_limit": 5}
    assert await eventually(lambda: _is_now(scene, changed))
    await form.get_by_label("Persona").fill(before["persona"])
    await form.get_by_label("Answers in a row").fill("")
    await save(form)

    assert await eventually(lambda: _is_now(scene, before))


async def _policy(scene: Scene) -> dict[str, Any]:
    return dict((await scene.api.call("GET", DEMO))["tenant"]["policy"])


async def _is_now(scene: Scene, policy: dict[str, Any]) -> bool:
    return await _policy(scene) == policy


async def test_an_endpoint_shows_its_secret_once_and_its_ledger_for_good(
    desk: Watched, scene: Scene
) -> None:
    url = f"https://hooks-{fresh()}.example/in"
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    await desk.go("/settings/endpoints")

    await page.get_by_role("button", name="New endpoint").click()
    await dialog.get_by_label("Address").fill(url)
    await dialog.get_by_label("message.received").check()
    await save(dialog)
    await expect(dialog.get_by_text("whsec_")).to_be_visible()
    await save(dialog, "I have kept it")
    await expect(page.get_by_text("whsec_")).to_have_count(0)
    _, hook = whatsapp("Is anybody there?")
    await scene.post(hook)
    (endpoint,) = [each for each in await listed(scene, "endpoints") if each["url"] == url]
    path = f"{DEMO}/endpoints/{endpoint['id']}/deliveries"
    await eventually(lambda: _tried(scene, path))
    await page.get_by_role("link", name=url).click()
    sent = row(desk, "message.received").first
    await sent.get_by_role("button", name=re.compile("Attempts")).click()
    await expect(page.locator(".attempts li").first).to_be_visible()
    assert await desk.serious() == []
    await page.get_by_role("button", name="Disable", exact=True).click()
    await expect(page.get_by_text("Disabled by hand")).to_be_visible()
    await expect(sent).to_contain_text("Cancelled")
    await page.get_by_role("button", name="Enable", exact=True).click()
    await sent.get_by_role("button", name=re.compile("Send again")).click()
    await expect(page.get_by_text("Waiting to be sent: 1")).to_be_visible()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await save(dialog, "Remove")

    await expect(page.get_by_role("heading", name="Outgoing webhooks")).to_be_visible()
    await expect(page.get_by_role("link", name=url)).to_have_count(0)


async def _tried(scene: Scene, path: str) -> list[dict[str, Any]]:
    answer = await scene.api.call("GET", path)
    found = answer["deliveries"]
    if not found:
        return []
    one = await scene.api.call("GET", f"{path}/{found[0]['id']}")
    return list(one["delivery"]["attempts"])


async def test_an_endpoint_inside_the_walls_is_declined_beside_its_address(desk: Watched) -> None:
    await desk.go("/settings/endpoints")
    dialog = desk.page.get_by_role("dialog")

    await desk.page.get_by_role("button", name="New endpoint").click()
    await dialog.get_by_label("Address").fill("http://10.0.0.1/in")
    await save(dialog)

    await expect(dialog.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    assert all("400" in each for each in desk.troubles)
    desk.troubles.clear()


async def test_an_endpoints_secret_is_rotated_and_a_time_sent_again(
    desk: Watched, scene: Scene
) -> None:
    body = {"url": f"https://hooks-{fresh()}.example/in", "types": ["rating.received"]}
    made = (await scene.api.call("POST", f"{DEMO}/endpoints", body))["endpoint"]
    page, dialog = desk.page, desk.page.get_by_role("dialog")
    await desk.go(f"/settings/endpoints/{made['id']}")

    await page.get_by_role("button", name="New secret").click()
    await save(dialog, "New secret")
    await expect(dialog.get_by_text("whsec_")).to_be_visible()
    await save(dialog, "I have kept it")
    await page.get_by_label("From").fill("2026-01-01T00:00")
    await page.get_by_role("button", name="Send a time again").click()

    await expect(page.get_by_text(re.compile("Waiting to be sent: 0"))).to_be_visible()
    await scene.api.call("DELETE", f"{DEMO}/endpoints/{made['id']}")


async def test_a_new_key_is_shown_once_and_can_be_revoked(desk: Watched) -> None:
    name = f"Report {fresh()}"
    await desk.go("/settings")
    form = desk.page.get_by_role("form", name="New key")
    row = desk.page.locator("table:not(.audit-log) tr").filter(has_text=name)

    await form.get_by_label("Name").fill(name)
    await form.get_by_role("button", name="New key").click()
    dialog = desk.page.get_by_role("dialog", name="New key")
    await expect(dialog.get_by_text("csk_")).to_be_visible()
    await dialog.get_by_role("button", name="I have kept it").click()
    await expect(row).to_be_visible(timeout=30_000)
    await expect(desk.page.get_by_text("csk_")).to_have_count(0)
    await row.get_by_role("button", name="Revoke").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()

    await expect(row.get_by_text("Revoked")).to_be_visible()
    await expect(desk.page.locator(".audit-log")).to_contain_text("Key")
