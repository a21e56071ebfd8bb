"""SI-08: a machine that answers whatever it gets would talk with ours for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import webhooks
from tests.journeys.scene import eventually, fresh

if TYPE_CHECKING:
    from typing import Any

    from tests.journeys.scene import Scene

SAYS = "Thank you for your message. How long does a refund take?"
_MOST_ANSWERS = 3


async def test_si_08_a_machine_that_answers_ours_gets_a_person_and_then_silence(
    scene: Scene,
) -> None:
    number = fresh()
    phone = f"2547{number}"

    async def says(n: int) -> None:
        hook = webhooks.whatsapp(phone, "Echo", f"{SAYS} ({n})", f"wamid.echo.{number}.{n}")
        assert (await scene.post(hook)).status_code == 200

    await says(0)
    conversation = await scene.conversation_of(phone)
    at = conversation["id"]
    answered = 0
    while (await _now(scene, at))["holder"] == "HOLDER_BOT" and answered <= _MOST_ANSWERS:
        answered += 1

        async def left(count: int = answered) -> bool:
            return len(await scene.messages(at, "AUTHOR_BOT")) >= count

        await eventually(left)
        await says(answered)

    said = len(await scene.sent(at, "AUTHOR_BOT"))
    assert said <= _MOST_ANSWERS
    assert (await _now(scene, at))["holder"] != "HOLDER_BOT"
    assert len(await scene.tickets(at)) == 1


async def _now(scene: Scene, conversation_id: str) -> dict[str, Any]:
    answer = await scene.api.call("GET", f"/api/v1/conversations/{conversation_id}")
    return dict(answer["conversation"])
