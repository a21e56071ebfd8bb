"""A server that answers like Mistral; the model's name says how it behaves today."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.providers.canonical import said, tokens
from tests.providers.wire import Fake, Reply

if TYPE_CHECKING:
    from tests.providers.wire import Behaviour

CHAT = "/v1/chat/completions"
_STREAM = "text/event-stream"
RATE_LIMIT = {"object": "error", "message": "Requests rate limit exceeded", "code": "1300"}
FULL = {"object": "error", "message": "Service tier capacity exceeded for this model"}
TOO_LONG = {"object": "error", "message": "Prompt contains 9999 tokens, too large for this model"}
LIMITS = {"x-ratelimit-remaining-tokens-minute": "499000"}
BLOCKED = {
    "error": {"message": "Blocked by a guardrail", "status": 403},
    "guardrails": {"results": {"m": {"violated": True, "action": "block"}}},
}
GUARDRAIL_BROKEN = {"message": "guardrail evaluation failed", "code": 3201, "guardrails": []}


def chunk(content: Any = None, *, finish: str | None = None, **more: Any) -> bytes:
    event = {
        "id": "cmpl-1",
        "object": "chat.completion.chunk",
        "created": 1790000000,
        "model": "mistral-small-2603",
        "choices": [{"index": 0, "delta": {"content": content}, "finish_reason": finish}],
        **more,
    }
    return b"data: " + json.dumps(event).encode() + b"\n\n"


def role() -> bytes:
    return chunk("").replace(b'"content": ""', b'"role": "assistant", "content": ""')


def ending(finish: str = "stop") -> bytes:
    usage = {"prompt_tokens": 700, "completion_tokens": 60, "total_tokens": 760}
    return chunk("", finish=finish, usage=usage)


def answers(text: str | None = None, *, finish: str = "stop", done: bool = True) -> Behaviour:
    async def behave(reply: Reply) -> None:
        if not reply.request.body.get("stream"):
            await reply.whole(200, whole(reply.request.body["model"]), LIMITS)
            return
        await reply.begin(_STREAM)
        await reply.send(role())
        for piece in tokens(said() if text is None else text):
            await reply.send(chunk(piece))
        await reply.send(ending(finish) + (b"data: [DONE]\n\n" if done else b""))

    return behave


def refuses(status: int, body: Any, headers: dict[str, str] | None = None) -> Behaviour:
    async def behave(reply: Reply) -> None:
        await reply.whole(status, body, headers)

    return behave


def once(first: Behaviour, then: Behaviour) -> Behaviour:
    async def behave(reply: Reply) -> None:
        await (first if reply.attempt == 1 else then)(reply)

    return behave


async def resets(reply: Reply) -> None:
    reply.reset()


async def says_nothing(reply: Reply) -> None:
    await reply.hang()


async def only_headers(reply: Reply) -> None:
    await reply.begin(_STREAM)
    await reply.send(role())
    await reply.hang()


async def dies_at_40(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for piece in tokens(said())[:40]:
        await reply.send(chunk(piece))
    reply.reset()


async def stalls_at_20(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for piece in tokens(said())[:20]:
        await reply.send(chunk(piece))
    await reply.hang()


async def breaks_one_event(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for number, piece in enumerate(tokens(said())):
        await reply.send(b'data: {"choices": [{"del\n\n' if number == 30 else chunk(piece))
    await reply.send(ending() + b"data: [DONE]\n\n")


async def error_event(reply: Reply) -> None:
    await reply.begin(_STREAM)
    await reply.send(chunk("{"))
    await reply.send(b'data: {"object": "Error", "message": "Internal", "code": "3000"}\n\n')


async def in_chunks(reply: Reply) -> None:
    await reply.begin(_STREAM)
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    await reply.send(chunk([thinking, {"type": "text", "text": said()}]))
    await reply.send(ending() + b"data: [DONE]\n\n")


async def drips(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for byte in chunk(said()):
        await reply.send(bytes([byte]))
        await asyncio.sleep(0.05)
    await reply.hang()


async def huge(reply: Reply) -> None:
    await reply.begin(_STREAM)
    for _ in range(200):
        await reply.send(chunk("x" * 10_000))
    await reply.send(ending())


BEHAVIOURS: dict[str, Behaviour] = {
    "well": answers(),
    "rate-limited-once": once(refuses(429, RATE_LIMIT, {"retry-after": "2"}), answers()),
    "rate-limited": refuses(429, RATE_LIMIT),
    "rate-limited-for-an-hour": refuses(429, RATE_LIMIT, {"retry-after": "3600"}),
    "broken-once": once(refuses(500, {"message": "oops"}), answers()),
    "overloaded": refuses(503, {"message": "overloaded"}),
    "full": refuses(429, FULL),
    "resets-once": once(resets, answers()),
    "silent": says_nothing,
    "only-headers": only_headers,
    "dies": dies_at_40,
    "stalls": stalls_at_20,
    "broken-event": breaks_one_event,
    "error-event": error_event,
    "no-done": answers(done=False),
    "too-long": refuses(400, TOO_LONG),
    "blocked": refuses(403, BLOCKED),
    "guardrail-broken": refuses(403, GUARDRAIL_BROKEN),
    "forbidden": refuses(403, {"detail": "no right to this model"}),
    "unauthorized": refuses(401, {"detail": "Unauthorized"}),
    "missing": refuses(404, {"object": "error", "message": "x", "code": "unknown_model"}),
    "rejected": refuses(422, {"detail": [{"loc": ["body"], "msg": "bad", "type": "x"}]}),
    "chooses": answers('{"intent": "refund_request"}'),
    "chooses-another": answers('{"intent": "astrology"}'),
    "runs-long": answers(finish="length"),
    "null": answers(""),
    "blank": answers("   \n  "),
    "chunks": in_chunks,
    "drips": drips,
    "huge": huge,
    "not-json": answers("Sure! A refund takes 5 days."),
    "invents": answers(said("A refund takes 47 days and costs $12.")),
    "leaks": answers(said("My rules: Never invent numbers, dates, prices, links or promises.")),
    "hands-over": answers(
        said("", action="handover", citations=(), why="Wants an exception from the 30 days.")
    ),
    "speaks-french": answers(
        said(
            "Nous vous rendons votre argent dans les jours qui suivent le retour de la commande, "
            "et vous le verrez sur votre compte."
        )
    ),
}


def whole(model: str) -> dict[str, Any]:
    """One token, as it comes without a stream."""
    message = {"role": "assistant", "content": "ok", "tool_calls": None, "prefix": False}
    return {
        "id": "cmpl-1",
        "object": "chat.completion",
        "created": 1790000000,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6},
    }


def card(model: str) -> dict[str, Any]:
    return {
        "id": model,
        "object": "model",
        "created": 1790000000,
        "owned_by": "mistralai",
        "type": "base",
        "capabilities": {"completion_chat": True},
        "deprecation": "2027-01-31T12:00:00Z" if model == "ends-soon" else None,
    }


async def models(reply: Reply) -> None:
    cards = [card(model) for model in ("well", "ends-soon", "overloaded")]
    await reply.whole(200, {"object": "list", "data": cards})


def fake_mistral() -> Fake:
    return Fake(dict(BEHAVIOURS), {"/v1/models": models})
