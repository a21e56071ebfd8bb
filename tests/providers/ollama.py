"""A server that answers like Ollama; the model's name says how it behaves today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.providers.canonical import said, tokens
from tests.providers.mistral import once, refuses, resets, says_nothing
from tests.providers.wire import Fake, Reply

if TYPE_CHECKING:
    from tests.providers.wire import Behaviour

CHAT = "/api/chat"
_STREAM = "application/x-ndjson"
BUSY = {"error": "server busy, please try again"}
TOO_LONG = {"error": "the prompt is longer than the context length of the model"}


def line(content: str = "", **more: Any) -> bytes:
    event = {
        "model": "llama3.2:3b",
        "created_at": "2026-11-25T08:00:00.000000Z",
        "message": {"role": "assistant", "content": content},
        "done": False,
        **more,
    }
    return json.dumps(event).encode() + b"\n"


def last(reason: str = "stop", read: int = 900) -> bytes:
    return line(
        done=True,
        done_reason=reason,
        total_duration=1,
        load_duration=1,
        prompt_eval_count=read,
        prompt_eval_duration=1,
        eval_count=60,
        eval_duration=1,
    )


def answers(text: str | None = None, *, reason: str = "stop", read: int = 900) -> Behaviour:
    async def behave(reply: Reply) -> None:
        await reply.begin(_STREAM)
        for piece in tokens(said() if text is None else text):
            await reply.send(line(piece))
        await reply.send(last(reason, read))

    return behave


async def only_headers(reply: Reply) -> None:
    await reply.begin(_STREAM)
    await reply.send(line(""))
    await reply.hang()


async def dies_at_40(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for piece in tokens(said())[:40]:
        await reply.send(line(piece))
    reply.reset()


async def stalls_at_20(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for piece in tokens(said())[:20]:
        await reply.send(line(piece))
    await reply.hang()


async def breaks_one_event(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for number, piece in enumerate(tokens(said())):
        await reply.send(b'{"message": {"rol\n' if number == 30 else line(piece))
    await reply.send(last())


async def error_line(reply: Reply) -> None:
    await reply.begin(_STREAM)
    await reply.send(line("{"))
    await reply.send(b'{"error": "the runner stopped"}\n')


async def never_done(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for piece in tokens(said()):
        await reply.send(line(piece))


async def stays_open(reply: Reply) -> None:
    await answers()(reply)
    await reply.hang()


BEHAVIOURS: dict[str, Behaviour] = {
    "well": answers(),
    "rate-limited-once": once(
        refuses(429, {"error": "slow down"}, {"retry-after": "2"}), answers()
    ),
    "rate-limited": refuses(429, {"error": "slow down"}),
    "broken-once": once(refuses(500, {"error": "the runner stopped"}), answers()),
    "overloaded": refuses(503, BUSY),
    "resets-once": once(resets, answers()),
    "silent": says_nothing,
    "only-headers": only_headers,
    "dies": dies_at_40,
    "stalls": stalls_at_20,
    "broken-event": breaks_one_event,
    "error-event": error_line,
    "not-done": never_done,
    "no-done": stays_open,
    "too-long": refuses(400, TOO_LONG),
    "missing": refuses(404, {"error": "model 'missing' not found"}),
    "chooses": answers('{"intent": "refund_request"}'),
    "runs-long": answers(reason="length"),
    "blank": answers("  \n "),
    "cut-prompt": answers(read=40),
    "not-json": answers("Sure! A refund takes 5 days."),
    "invents": answers(said("A refund takes 47 days and costs $12.")),
}


def loads(behave: Behaviour) -> Behaviour:
    """A chat without messages loads the model, whatever it does when it is asked."""

    async def with_loading(reply: Reply) -> None:
        if reply.request.body.get("messages"):
            await behave(reply)
        else:
            await reply.whole(200, json.loads(last("load")))

    return with_loading


def says(body: Any) -> Behaviour:
    async def behave(reply: Reply) -> None:
        await reply.whole(200, body)

    return behave


def loaded(model: str = "well", window: int = 8192) -> dict[str, Any]:
    until = "2026-11-25T09:00:00Z"
    return {"models": [{"name": model, "context_length": window, "expires_at": until}]}


def fake_ollama() -> Fake:
    behaviours = {name: loads(behave) for name, behave in BEHAVIOURS.items()}
    routes = {
        "/api/version": says({"version": "0.14.0"}),
        "/api/tags": says({"models": [{"name": "well"}, {"name": "error-event"}]}),
        "/api/ps": says(loaded()),
    }
    return Fake(behaviours | {"missing": BEHAVIOURS["missing"]}, routes)
