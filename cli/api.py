"""The REST API as a command uses it: one edge, one key, answers as JSON, failures as `Refused`."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

_PAGE_SIZE = 200
_ANSWER_SECONDS = 30.0
_PAUSE_SECONDS = 0.1
_UNAVAILABLE = 503


class Refused(Exception):
    """The edge said no; `reason` is its ErrorInfo's, empty when it gave none."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Unreachable(Exception):
    """Nobody answers at the edge's address."""


class Api:
    """An `async with` block holds its connections."""

    def __init__(
        self,
        edge: str,
        key: str = "",
        *,
        patience_seconds: float = 0.0,
        certificate: Path | None = None,
    ) -> None:
        """With patience, calls are repeated that long while a service is still starting.

        With a certificate, exactly that one is believed, whatever name it bears.
        """
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self.edge = edge
        self._patience_seconds = patience_seconds
        self._client = httpx2.AsyncClient(
            base_url=edge,
            headers=headers,
            timeout=_ANSWER_SECONDS,
            verify=_believing(certificate) if certificate else True,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str | int] | None = None,
    ) -> dict[str, Any]:
        """The answer's JSON; raise `Refused` or `Unreachable`."""
        deadline = time.monotonic() + self._patience_seconds
        while True:
            try:
                return await self._once(method, path, body, query or {})
            except (Unreachable, Refused) as trouble:
                is_passing = isinstance(trouble, Unreachable) or trouble.status == _UNAVAILABLE
                if not is_passing or time.monotonic() >= deadline:
                    raise
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _once(
        self, method: str, path: str, body: Any, query: Mapping[str, str | int]
    ) -> dict[str, Any]:
        asked = {name: str(value) for name, value in query.items() if value != ""}
        try:
            response = await self._client.request(method, path, json=body, params=asked)
        except httpx2.TransportError as error:
            raise Unreachable(f"nothing answers at {self.edge}") from error
        answer = _json(response)
        if response.is_error:
            raise _refused(response.status_code, answer)
        return answer

    async def every(
        self, path: str, field: str, query: Mapping[str, str | int] | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """All items of a list, page after page."""
        token = ""
        while True:
            asked = {**(query or {}), "page_size": _PAGE_SIZE, "page_token": token}
            page = await self.call("GET", path, query=asked)
            for item in page.get(field, []):
                yield item
            if not (token := page.get("next_page_token", "")):
                return

    async def pieces(self, path: str) -> AsyncIterator[bytes]:
        """A file as it comes; raise `Refused` or `Unreachable`."""
        try:
            async with self._client.stream("GET", path) as response:
                if response.is_error:
                    await response.aread()
                    raise _refused(response.status_code, _json(response))
                async for piece in response.aiter_bytes():
                    yield piece
        except httpx2.TransportError as error:
            raise Unreachable(f"nothing answers at {self.edge}") from error

    async def post_bytes(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Exactly these bytes, as a provider sends them; the answer's status."""
        try:
            response = await self._client.post(path, content=body, headers=dict(headers))
        except httpx2.TransportError as error:
            raise Unreachable(f"nothing answers at {self.edge}") from error
        return response.status_code


def _believing(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(certificate))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False  # we come by the loopback's number
    return context


def _json(response: httpx2.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {"message": f"HTTP {response.status_code} without JSON"}
    return answer if isinstance(answer, dict) else {"items": answer}


def _refused(status: int, answer: dict[str, Any]) -> Refused:
    reasons = [detail.get("reason", "") for detail in answer.get("details", [])]
    fields = [
        f"{violation.get('field')}: {violation.get('description')}"
        for detail in answer.get("details", [])
        for violation in detail.get("field_violations", detail.get("fieldViolations", []))
    ]
    message = answer.get("message") or f"HTTP {status}"
    is_said = any(each == message or each.endswith(f": {message}") for each in fields)
    said = fields if is_said else [message, *fields]
    return Refused(status, "; ".join(said), next((reason for reason in reasons if reason), ""))
