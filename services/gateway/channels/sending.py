"""One request to a provider, and how sure we are of what became of it."""

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx2

from mesh import logs
from mesh.crash import crash_point
from mesh.egress import AddressRefused
from services.gateway.channels.channel import NotSent, PerhapsSent, Refused

log = logs.get(__name__)

# A slow answer is not a failure: giving up early would turn it into "perhaps sent".
_TIMEOUTS = httpx2.Timeout(30.0, connect=3.0, pool=3.0)
_SECONDS = re.compile(r"[0-9]{1,5}")
# Nothing was written yet when these are raised.
_BEFORE_THE_FIRST_BYTE = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
)
# Nor of these: an address or a token that no request can be made of.
_UNUSABLE = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said."""

    status: int
    body: bytes
    retry_after: float | None

    @property
    def is_success(self) -> bool:
        """Only 2xx; redirects are never followed."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def is_server_error(self) -> bool:
        """What may have happened is unknown."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def open_client() -> httpx2.AsyncClient:
    """One for all channels. No redirects, no proxies from the environment, no retries."""
    # Its log lines hold whole addresses, and Telegram's address holds the bot's token.
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    return httpx2.AsyncClient(timeout=_TIMEOUTS, follow_redirects=False, trust_env=False)


@contextmanager
def nothing_left() -> Iterator[None]:
    """What goes wrong in here did so before the first byte: a failure, and no doubt about it."""
    try:
        yield
    except (NotSent, Refused):
        raise
    except Exception as error:
        log.exception("request_not_made")
        raise Refused("request_not_made") from error


async def post(
    client: httpx2.AsyncClient, url: str, content: bytes, headers: Mapping[str, str]
) -> Answer:
    """Raise `NotSent`, `Refused` or `PerhapsSent` when there is no answer at all."""
    return await _asked(client, "POST", url, content, headers)


async def get(client: httpx2.AsyncClient, url: str, headers: Mapping[str, str]) -> Answer:
    """The same for a question, which changes nothing there."""
    return await _asked(client, "GET", url, b"", headers)


async def _asked(
    client: httpx2.AsyncClient, method: str, url: str, content: bytes, headers: Mapping[str, str]
) -> Answer:
    try:
        with nothing_left():
            request = _request(client, method, url, content, headers)
        response = await client.send(request)
    except _BEFORE_THE_FIRST_BYTE as error:
        raise NotSent(named(error)) from None
    except _UNUSABLE as error:
        raise NotSent(named(error), pauses_account=True) from None
    except httpx2.HTTPError as error:
        raise PerhapsSent(named(error)) from None
    return Answer(response.status_code, response.content, retry_after(response.headers))


def _request(
    client: httpx2.AsyncClient, method: str, url: str, content: bytes, headers: Mapping[str, str]
) -> httpx2.Request:
    try:
        return client.build_request(
            method, url, content=content, headers=dict(headers), extensions={"trace": _written}
        )
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise NotSent(named(error), pauses_account=True) from None


async def _written(event: str, _: Any) -> None:
    """The provider may have all of it now, and we have no answer yet."""
    if event == "http11.send_request_body.complete":
        crash_point("delivery.mid_send")


def named(error: Exception) -> str:
    """The kind alone: the text of these errors may hold an address with a token in it."""
    if isinstance(error.__cause__, AddressRefused):
        return "address_refused"
    return type(error).__name__


def retry_after(headers: Mapping[str, str], clock: Callable[[], float] = time.time) -> float | None:
    """Seconds, as a receiver asks for them: so many, or until a date. None for anything else."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - clock())
    except (ValueError, OverflowError):
        return None
