"""The console and the API's documentation, served from here: no foreign host is asked."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from cassava.type.v1 import channel_pb2
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mesh.errors import NotFound

_PAGES = Path(__file__).parent / "pages"
# What `make console` builds; an image carries it at the same place.
BUILT = Path(__file__).parents[2] / "console" / "dist"
# Beside the generated package, by the same command.
_OPENAPI = Path(channel_pb2.__file__).parents[3] / "openapi.json"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Best first, by the name that a browser accepts it under and the one the file has.
_CODINGS = {"br": ".br", "gzip": ".gz"}
_SAFE = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
_NOWHERE_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    **_SAFE,
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    f"connect-src 'self'; {_NOWHERE_ELSE}",
    "cache-control": "no-cache",
}
# Pictures that customers sent are shown from memory: blob.
_CONSOLE_HEADERS = {
    **_HEADERS,
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    f"connect-src 'self'; img-src 'self' blob:; media-src blob:; {_NOWHERE_ELSE}",
}
# Their names hold a hash of their content.
_FOR_EVER = {**_CONSOLE_HEADERS, "cache-control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class _File:
    """One built file, as it is and compressed."""

    media_type: str
    headers: dict[str, str]
    bodies: dict[str, bytes]

    def answer(self, accepted: str) -> Response:
        wanted = {each.partition(";")[0].strip() for each in accepted.split(",")}
        coding = next((each for each in self.bodies if each in wanted), "")
        headers = {**self.headers, "content-type": self.media_type, "vary": "accept-encoding"}
        if coding:
            headers["content-encoding"] = coding
        return Response(self.bodies[coding], headers=headers)


class Console:
    """Files read once, at the start."""

    def __init__(self, built: Path = BUILT) -> None:
        self._pages = {path.name: path.read_bytes() for path in _PAGES.iterdir()}
        self._openapi = _OPENAPI.read_bytes() if _OPENAPI.exists() else None
        self._files = {
            str(path.relative_to(built)): _read(path)
            for path in built.rglob("*")
            if path.suffix in _TYPES
        }

    async def landing(self, _: Request) -> Response:
        """The console, or where everything else is when it was not built."""
        if self._files:
            return RedirectResponse("/console/", HTTPStatus.TEMPORARY_REDIRECT)
        return self._page("landing.html")

    async def console(self, request: Request) -> Response:
        """A built file by its name; any other path is a page that the browser knows."""
        name = request.path_params.get("path", "")
        if "index.html" not in self._files:
            raise NotFound("this installation has no console; `make console` builds it")
        if name.startswith("assets/") and name not in self._files:
            raise NotFound("no such file")
        file = self._files.get(name) or self._files["index.html"]
        return file.answer(request.headers.get("accept-encoding", ""))

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
        media_type = _TYPES[Path(name).suffix]
        return Response(self._pages[name], headers={**_HEADERS, "content-type": media_type})


def _read(path: Path) -> _File:
    compressed = {
        coding: Path(f"{path}{suffix}").read_bytes()
        for coding, suffix in _CODINGS.items()
        if Path(f"{path}{suffix}").exists()
    }
    headers = _FOR_EVER if path.parent.name == "assets" else _CONSOLE_HEADERS
    return _File(_TYPES[path.suffix], headers, {**compressed, "": path.read_bytes()})
