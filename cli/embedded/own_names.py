"""Where nobody needs a key, only this machine's own names lead in (docs/decisions/0149).

A page can give its own name this machine's address, and is then of one origin with us: its scripts
may read and write what a caller without a key may. Its name is in the Host header, and nothing it
does takes it out. A page that keeps its own address is known by its Origin.
"""

from typing import Any

_NAMES = r"localhost\.?|([a-z0-9-]+\.)+localhost|127(\.[0-9]{1,3}){3}|0\.0\.0\.0|\[::1\]"
_OURS = rf"({_NAMES})(:[0-9]{{1,5}})?"
_HOST = f"(?i){_OURS}"
_ORIGIN = f"(?i)https?://{_OURS}"
_WEBHOOKS, _WEBCHAT = "/api/v1/webhooks/", "/api/v1/webchat/"
_REFUSAL = (
    "without keys the edge answers to localhost and 127.0.0.1 alone, webhooks and web chats apart; "
    "start it with `cassava up --secure` to reach it by another name"
)


def keep_to_own_names(rendered: dict[str, Any]) -> None:
    """Two routes in front of all but webhooks; web chats, too, have proofs of their own."""
    manager = rendered["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]
    for host in manager["typed_config"]["route_config"]["virtual_hosts"]:
        routes = host["routes"]
        first = next(n for n, each in enumerate(routes) if not _is_webhook(each))
        unread = _unread(routes)
        routes[first:first] = [
            _refused(421, {"name": ":authority"} | _not(_HOST), unread),
            _refused(403, {"name": "origin"} | _not(_ORIGIN), unread),
        ]


def _is_webhook(route: dict[str, Any]) -> bool:
    return str(route["match"].get("prefix", "")).startswith(_WEBHOOKS)


def _unread(routes: list[dict[str, Any]]) -> Any:
    """As the file's own refusals: nothing waits for a body."""
    return next(
        each["typed_per_filter_config"]
        for each in routes
        if "direct_response" in each and "typed_per_filter_config" in each
    )


def _not(regex: str) -> dict[str, Any]:
    """Does not match where there is no such header."""
    return {"string_match": {"safe_regex": {"regex": regex}}, "invert_match": True}


def _refused(status: int, header: dict[str, Any], unread: Any) -> dict[str, Any]:
    not_a_chat = {"string_match": {"prefix": _WEBCHAT}, "invert_match": True}
    return {
        "match": {"prefix": "/", "headers": [{"name": ":path"} | not_a_chat, header]},
        "direct_response": {"status": status, "body": {"inline_string": _REFUSAL}},
        "typed_per_filter_config": unread,
    }
