"""The first page and the API's documentation, served from here: no foreign host is asked."""

from pathlib import Path

from cassava.type.v1 import channel_pb2
from starlette.requests import Request
from starlette.responses import Response

from mesh.errors import NotFound

_PAGES = Path(__file__).parent / "pages"
# Beside the generated package, by the same command.
_OPENAPI = Path(channel_pb2.__file__).parents[3] / "openapi.json"
_TYPES = {
    "landing.html": "text/html; charset=utf-8",
    "docs.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


class Console:
    """Files read once, at the start."""

    def __init__(self) -> None:
        self._pages = {name: (_PAGES / name).read_bytes() for name in _TYPES}
        self._openapi = _OPENAPI.read_bytes() if _OPENAPI.exists() else None

    async def landing(self, _: Request) -> Response:
        return self._page("landing.html")

    async def docs(self, _: Request) -> Response:
        return self._page("docs.html")

    async def file(self, request: Request) -> Response:
        """What the pages load."""
        return self._page(request.path_params["name"])

    async def openapi(self, _: Request) -> Response:
        """OpenAPI 3.1, built from the protos."""
        if self._openapi is None:
            raise NotFound("this installation has no openapi.json")
        return Response(self._openapi, media_type="application/json", headers=_HEADERS)

    def _page(self, name: str) -> Response:
        if name not in self._pages:
            raise NotFound("no such page")
        return Response(self._pages[name], headers={**_HEADERS, "content-type": _TYPES[name]})
