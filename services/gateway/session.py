"""Signing in to the console: a browser keeps its key in a cookie that no script can read.

The edge turns the cookie into the same `authorization` header that programs send, and only where
the console's own header is present (docs/decisions/0100).
"""

from starlette.requests import Request
from starlette.responses import JSONResponse

from mesh.access import Caller
from mesh.errors import NotAllowed, NotSignedIn
from services.gateway.body import read_json, required_text_in
from services.gateway.callers import Callers

COOKIE = "cassava_session"
# Behind TLS no other host, not even a neighbouring one, can set a cookie of this name.
_OF_THIS_HOST = f"__Host-{COOKIE}"
# No page of another origin can send it without being allowed to.
CONSOLE_HEADER = "x-console"
# A working day: whoever comes back tomorrow signs in again.
_SESSION_SECONDS = 12 * 3600
_LONGEST_KEY = 200


class Sessions:
    """`/api/v1/session`: who is signed in, sign in, sign out."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    async def get(self, request: Request) -> JSONResponse:
        """Who calls; `signed_in` is false for nobody, which is no failure."""
        try:
            return _said(await self._callers.caller(request.headers))
        except NotSignedIn:
            return _said(None)

    async def post(self, request: Request) -> JSONResponse:
        """Raises `NotSignedIn` for a key that is nobody's."""
        _from_console(request)
        key = required_text_in(await read_json(request), "key", longest=_LONGEST_KEY).strip()
        # As a program would send it: guessing is counted the same.
        headers = {**request.headers, "authorization": f"Bearer {key}"}
        answer = _said(await self._callers.caller(headers))
        _set_cookie(request, answer, key, _SESSION_SECONDS)
        return answer

    async def delete(self, request: Request) -> JSONResponse:
        """The browser forgets the key; the key itself lives on until it is revoked."""
        _from_console(request)
        answer = _said(None)
        _set_cookie(request, answer, "", 0)
        return answer


def _from_console(request: Request) -> None:
    if CONSOLE_HEADER not in request.headers:
        raise NotAllowed(f"sessions are for the console; it sends {CONSOLE_HEADER}")


def _set_cookie(request: Request, answer: JSONResponse, key: str, seconds: int) -> None:
    is_encrypted = request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(
        _OF_THIS_HOST if is_encrypted else COOKIE,
        key,
        max_age=seconds,
        path="/",
        secure=is_encrypted,
        httponly=True,
        samesite="strict",
    )


def _said(caller: Caller | None) -> JSONResponse:
    said = {
        "signed_in": caller is not None,
        "tenant_id": (caller.tenant_id or "") if caller else "",
        "role": caller.role.name.lower() if caller else "",
        "name": caller.name if caller else "",
        "key_id": caller.key_id if caller else "",
    }
    return JSONResponse(said, headers={"cache-control": "no-store"})
