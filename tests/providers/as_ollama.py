"""Ollama's API in front of a server with OpenAI's: the same model, asked in the other format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2

from tests.providers.ollama import last, line, loaded, says
from tests.providers.wire import Fake, Reply

if TYPE_CHECKING:
    from tests.providers.wire import Behaviour


def in_front_of(url: str, model: str) -> Fake:
    """`/api/version`, `tags`, `ps` and `chat`; loading is done already."""
    routes = {
        "/api/version": says({"version": "0.14.0"}),
        "/api/tags": says({"models": [{"name": model}]}),
        "/api/ps": says(loaded(model)),
    }
    return Fake({model: passed_on_to(url)}, routes)


def passed_on_to(url: str) -> Behaviour:
    async def behave(reply: Reply) -> None:
        asked = reply.request.body
        if not asked["messages"]:
            await reply.whole(200, json.loads(last("load")))
            return
        async with (
            httpx2.AsyncClient(base_url=url, timeout=None) as client,
            client.stream("POST", "/v1/chat/completions", json=translated(asked)) as stream,
        ):
            if stream.status_code != httpx2.codes.OK:
                error = json.loads(await stream.aread())["error"]
                await reply.whole(stream.status_code, {"error": error["message"]})
                return
            await reply.begin("application/x-ndjson")
            async for said in stream.aiter_lines():
                if said.startswith("data: {"):
                    await reply.send(as_line(json.loads(said[6:])["choices"][0]))

    return behave


def translated(asked: dict[str, Any]) -> dict[str, Any]:
    schema = {"name": "reply", "schema": asked["format"], "strict": True}
    return {
        "messages": asked["messages"],
        "stream": True,
        "temperature": asked["options"]["temperature"],
        "max_tokens": asked["options"]["num_predict"],
        "response_format": {"type": "json_schema", "json_schema": schema},
    }


def as_line(choice: dict[str, Any]) -> bytes:
    """A stream does not say how many tokens were read: 0, as Ollama says of a warm prefix."""
    if finish := choice["finish_reason"]:
        return last(finish, read=0)
    return line(choice["delta"].get("content") or "")
