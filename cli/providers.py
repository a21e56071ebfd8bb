"""Whether the two model providers can be used from here, step by step; a token is the price.

Each step that fails ends its provider's list: what comes after it would fail for the same reason.
"""

import asyncio
import difflib
import hashlib
import json
import socket
import ssl
import time
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from cli.check import FAILED, OK, WARNING, Check
from cli.environment import Environment
from cli.variables import VARIABLES

_CONNECT_SECONDS = 3.0
_ANSWER_SECONDS = 60.0
_NOT_FOUND = 404
_CLOCKS_APART_SECONDS = 30.0
_WORD = [{"role": "user", "content": "Say ok."}]
_REFUSALS = {
    401: "Mistral refuses the key (wrong, revoked or expired); make a new one at"
    " console.mistral.ai and set MISTRAL_API_KEY",
    402: "the account has to pay first; look at its billing page",
    403: "the key lacks the right for this model or is blocked; look at its workspace",
    404: "the model or the address does not exist; check MISTRAL_MODEL and MISTRAL_SERVER_URL",
    422: "this server takes another shape of request; is MISTRAL_SERVER_URL Mistral's?",
    429: "too many requests or no capacity; wait, or raise the workspace's limits",
}


class _Ends(Exception):
    """A step failed; the rest of the list would too."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.name)
        self.check = check


async def check_mistral(environment: Environment) -> list[Check]:
    """From the key's shape to a token by both transports; one line where no key is set."""
    found = environment.origin("MISTRAL_API_KEY")
    if found is None:
        remedy = "set MISTRAL_API_KEY to use it; answers come from the next tier"
        return [Check("mistral", WARNING, "off: no key", remedy)]
    key = found.value.strip()
    if complaint := VARIABLES["MISTRAL_API_KEY"].complaint(key):
        remedy = VARIABLES["MISTRAL_API_KEY"].remedy
        return [Check("mistral key", FAILED, f"{complaint}; it is never sent", remedy)]
    digest = hashlib.sha256(key.encode()).hexdigest()[:8]
    shown = f"{len(key)} characters, ends in {key[-2:]}, sha256 {digest}, from {found.source}"
    model = environment.get("MISTRAL_MODEL", VARIABLES["MISTRAL_MODEL"].default)
    url = environment.get("MISTRAL_SERVER_URL", VARIABLES["MISTRAL_SERVER_URL"].default)
    if complaint := VARIABLES["MISTRAL_SERVER_URL"].complaint(url):
        return [Check("mistral url", FAILED, complaint, "MISTRAL_SERVER_URL=https://host")]
    return [Check("mistral key", OK, shown), *await _until_the_end(_mistral(key, model, url))]


async def check_ollama(environment: Environment) -> list[Check]:
    host = environment.get("OLLAMA_HOST")
    if not host:
        return [Check("ollama", OK, "off: no OLLAMA_HOST")]
    if complaint := VARIABLES["OLLAMA_HOST"].complaint(host):
        return [Check("ollama url", FAILED, complaint, "OLLAMA_HOST=http://127.0.0.1:11434")]
    model = environment.get("OLLAMA_MODEL", VARIABLES["OLLAMA_MODEL"].default)
    name = "CASSAVA_OLLAMA_NUM_CTX"
    window = int(environment.get(name, VARIABLES[name].default))
    base = (host if "//" in host else f"http://{host}").rstrip("/")
    if base.endswith(("/v1", "/api")):
        cause = f"ends in /{base.rpartition('/')[2]}, which is not Ollama's own API"
        remedy = f"OLLAMA_HOST={base.rpartition('/')[0]}"
        return [Check("ollama url", FAILED, cause, remedy)]
    return await _until_the_end(_ollama(base, model, window))


async def _until_the_end(steps: AsyncIterator[Check]) -> list[Check]:
    checks: list[Check] = []
    try:
        async for check in steps:
            checks.append(check)  # noqa: PERF401  # what came before the end counts
    except _Ends as end:
        checks.append(end.check)
    return checks


async def _mistral(key: str, model: str, url: str) -> AsyncIterator[Check]:
    base = url.rstrip("/").removesuffix("/v1")
    if url.rstrip("/").endswith("/v1"):
        yield Check("mistral url", WARNING, "ends in /v1", "leave /v1 away; we add it")
    elif base.endswith("/completions"):
        remedy = f"MISTRAL_SERVER_URL={base.partition('/v1')[0]}"
        raise _Ends(Check("mistral url", FAILED, "is of one call, not of the server", remedy))
    yield await _way("mistral", base)
    headers = {"authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(
        base_url=base, headers=headers, timeout=_ANSWER_SECONDS
    ) as client:
        listed = await _asked(client, "mistral models", "GET", "/v1/models")
        if skewed := _clock(listed.headers):
            yield skewed
        yield _in_the_list(listed.json().get("data", []), model)
        body = {"model": model, "messages": _WORD, "max_tokens": 1}
        started = time.monotonic()
        said = await _asked(client, "mistral chat", "POST", "/v1/chat/completions", body)
        yield Check("mistral chat", OK, f"one token in {_since(started)} ms, native transport")
        yield _limits(said.headers)
    yield await _by_sdk(key, model, base)


async def _ollama(base: str, model: str, window: int) -> AsyncIterator[Check]:
    yield await _way("ollama", base)
    async with httpx2.AsyncClient(base_url=base, timeout=_ANSWER_SECONDS) as client:
        version = (await _asked(client, "ollama version", "GET", "/api/version")).json()
        yield Check("ollama version", OK, str(version.get("version", "")))
        tags = (await _asked(client, "ollama models", "GET", "/api/tags")).json()
        names = {str(each.get("name", "")) for each in tags.get("models", [])}
        if not names & {model, f"{model}:latest"}:
            raise _Ends(
                Check("ollama models", FAILED, f"{model} is not there", f"ollama pull {model}")
            )
        yield Check("ollama models", OK, f"{model} is there")
        yield await _one_word(client, model, window)
        running = (await _asked(client, "ollama loaded", "GET", "/api/ps")).json()
        yield _loaded(running.get("models", []), model, window)


async def _way(name: str, base: str) -> Check:
    """DNS, then TCP, then TLS against the system's certificates."""
    parts = urlsplit(base)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    label, variable = (
        f"{name} address",
        f"{name.upper()}_{'SERVER_URL' if name == 'mistral' else 'HOST'}",
    )
    if proxy := _proxy(parts.scheme, host):
        # The way is the proxy's; to reach it is all that can be seen from here.
        parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
        host, port = parts.hostname or "", parts.port or 80
        variable = f"{variable}: the proxy in HTTPS_PROXY or HTTP_PROXY, NO_PROXY"
    context = ssl.create_default_context() if parts.scheme == "https" else None
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            _, writer = await asyncio.open_connection(host, port, ssl=context)
            writer.close()
    except socket.gaierror:
        raise _Ends(
            Check(label, FAILED, f"no address for {host}", f"check {variable}, DNS")
        ) from None
    except ssl.SSLError as error:
        remedy = "are ca-certificates installed? is a proxy in between?"
        raise _Ends(Check(label, FAILED, f"TLS: {error.reason or 'refused'}", remedy)) from None
    except (OSError, TimeoutError) as error:
        cause = f"{host}:{port}: {type(error).__name__}"
        remedy = f"does it run there? check {variable}, firewall, the way out"
        if name == "ollama":
            remedy = f"does it run there? `ollama serve` starts it; check {variable}"
        raise _Ends(Check(label, FAILED, cause, remedy)) from None
    secure = ", TLS" if context else ""
    if proxy:
        return Check(label, OK, f"through the proxy {host}:{port}")
    return Check(
        label, OK, f"{host} has {len({each[4][0] for each in found})} addresses, TCP{secure}"
    )


async def _asked(
    client: httpx2.AsyncClient, name: str, method: str, path: str, body: Any = None
) -> httpx2.Response:
    try:
        response = await client.request(method, path, json=body)
    except httpx2.HTTPError as error:
        cause = type(error).__name__
        raise _Ends(Check(name, FAILED, cause, "it was there a moment ago; try again")) from None
    if response.is_error:
        remedy = "look at the provider's own log or status page"
        if name.startswith("mistral"):
            remedy = _REFUSALS.get(response.status_code, remedy)
        elif response.status_code == _NOT_FOUND:
            remedy = "is that Ollama? check OLLAMA_HOST: http://host:11434, nothing behind it"
        raise _Ends(Check(name, FAILED, f"HTTP {response.status_code}", remedy))
    return response


def _in_the_list(listed: list[dict[str, Any]], model: str) -> Check:
    known = {name: each for each in listed for name in (each.get("id"), *each.get("aliases", []))}
    if model not in known:
        close = difflib.get_close_matches(model, [name for name in known if name], n=1)
        remedy = f"MISTRAL_MODEL={close[0] if close else 'mistral-small-latest'}"
        raise _Ends(Check("mistral models", FAILED, f"{model} is not among {len(listed)}", remedy))
    if ends := known[model].get("deprecation"):
        return Check("mistral models", WARNING, f"{model} ends on {ends}", "change MISTRAL_MODEL")
    return Check("mistral models", OK, f"{model} is there")


def _proxy(scheme: str, host: str) -> str:
    """What httpx takes from the environment too; empty: the direct way."""
    return "" if proxy_bypass(host) else getproxies().get(scheme, "")


def _clock(headers: httpx2.Headers) -> Check | None:
    """Theirs is right, and ours signs and judges what is signed."""
    try:
        away = time.time() - parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return None
    if abs(away) < _CLOCKS_APART_SECONDS:
        return None
    cause = f"{abs(away):.0f} s {'ahead of' if away > 0 else 'behind'} Mistral's"
    return Check("clock", FAILED, cause, "let this machine keep time: `timedatectl set-ntp true`")


def _limits(headers: httpx2.Headers) -> Check:
    said = [
        f"{name.removeprefix('x-ratelimit-')} {value}"
        for name, value in sorted(headers.items())
        if name.startswith("x-ratelimit-")
    ]
    return Check("mistral limits", OK, ", ".join(said) or "the answer names none")


async def _by_sdk(key: str, model: str, base: str) -> Check:
    """Loaded here alone: it costs most of a second and 60 MB."""
    if find_spec("mistralai") is None:
        return Check("mistral sdk", OK, "not installed here; the native transport needs none")
    sdk = import_module("mistralai.client")
    started = time.monotonic()
    try:
        async with sdk.Mistral(api_key=key, server_url=base) as client:
            await client.models.list_async()
            await client.chat.complete_async(model=model, messages=_WORD, max_tokens=1)
    except (sdk.errors.MistralError, sdk.errors.NoResponseError, httpx2.HTTPError) as error:
        remedy = "leave CASSAVA_MISTRAL_TRANSPORT at native"
        return Check("mistral sdk", WARNING, type(error).__name__, remedy)
    return Check("mistral sdk", OK, f"models and one token in {_since(started)} ms")


async def _one_word(client: httpx2.AsyncClient, model: str, window: int) -> Check:
    """Loads the model where it is not loaded; with our window, another one would reload it."""
    options = {"num_ctx": window, "num_predict": 1}
    body = {"model": model, "messages": _WORD, "stream": True, "think": False, "options": options}
    started = time.monotonic()
    try:
        async with client.stream("POST", "/api/chat", json=body) as response:
            line = await anext(response.aiter_lines(), "")
    except httpx2.HTTPError as error:
        remedy = "a cold model can take a minute; try again, or a smaller one"
        raise _Ends(Check("ollama chat", FAILED, type(error).__name__, remedy)) from None
    if response.is_error or "error" in (json.loads(line) if line else {"error": ""}):
        cause = f"HTTP {response.status_code}"
        raise _Ends(Check("ollama chat", FAILED, cause, "`ollama serve` says why in its log"))
    return Check("ollama chat", OK, f"first token after {_since(started)} ms")


def _loaded(running: list[dict[str, Any]], model: str, window: int) -> Check:
    names = {model, f"{model}:latest"}
    mine = next((each for each in running if each.get("name") in names), None)
    if mine is None:
        remedy = "raise CASSAVA_OLLAMA_KEEP_ALIVE, or give the machine more memory"
        return Check("ollama loaded", WARNING, f"{model} is put away at once", remedy)
    length = int(mine.get("context_length") or window)
    if length < window:
        cause = f"its window is {length}, CASSAVA_OLLAMA_NUM_CTX says {window}"
        remedy = f"set CASSAVA_OLLAMA_NUM_CTX={length}: longer prompts are cut in silence"
        return Check("ollama loaded", FAILED, cause, remedy)
    return Check("ollama loaded", OK, f"window {length}, until {mine.get('expires_at', 'stopped')}")


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
