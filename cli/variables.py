"""Every environment variable Cassava reads, and what a good value looks like."""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PLACEHOLDERS = ("changeme", "change-me", "your", "xxx", "todo", "example", "<", "placeholder")
_SHORTEST_KEY = 16
_PORT_MOST = 65_535


@dataclass(frozen=True, slots=True)
class Variable:
    """`complaint` says what is wrong with a value, in words that do not repeat it."""

    default: str = ""
    complaint: Callable[[str], str] = lambda _: ""
    remedy: str = ""


def _secret(value: str) -> str:
    if value[:1] in {"'", '"'}:
        return "the quotes are part of it"
    if any(word in value.lower() for word in _PLACEHOLDERS):
        return "it is a placeholder"
    return "" if len(value) >= _SHORTEST_KEY else f"shorter than {_SHORTEST_KEY} characters"


def _platform_key(value: str) -> str:
    return (
        ""
        if re.fullmatch(r"csk_[0-9a-z]{4,40}_[0-9A-Za-z]{16,128}", value)
        else "not csk_<id>_<secret>"
    )


def _mistral_key(value: str) -> str:
    if value.split()[1:] or not value.isprintable():
        return "a blank, a line's end or a character that is not seen is inside it"
    if complaint := _secret(value):
        return complaint
    return "" if re.fullmatch(r"[A-Za-z0-9]{32,64}", value) else "not 32 letters and digits"


def _master_key(value: str) -> str:
    try:
        raw = base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        return _secret(value)
    return "" if len(raw) >= _SHORTEST_KEY else "too few bytes"


def _url(*schemes: str) -> Callable[[str], str]:
    def complaint(value: str) -> str:
        if value[:1] in {"'", '"'}:
            return "the quotes are part of it"
        if urlsplit(value).scheme not in schemes:
            return f"does not begin with {schemes[0]}://"
        return _port(value)

    return complaint


def _host(value: str) -> str:
    """As Ollama takes it: a scheme may be missing."""
    return _WEB(value if "//" in value else f"http://{value}")


def _port(url: str) -> str:
    try:
        is_one = urlsplit(url).port != 0
    except ValueError:
        is_one = False
    return "" if is_one else f"its port is not one of 1 to {_PORT_MOST}"


def _number(value: str) -> str:
    return "" if re.fullmatch(r"\d+(\.\d+)?", value) else "not a number"


def _prices(value: str) -> str:
    try:
        said = json.loads(value)
    except ValueError:
        return "not JSON"
    is_table = isinstance(said, dict) and all(
        isinstance(each, list)
        and len(each) == 2  # noqa: PLR2004  # read and written
        and all(isinstance(price, int | float) for price in each)
        for each in said.values()
    )
    return "" if is_table else "not a table of two prices a model"


def _address(value: str) -> str:
    if not re.fullmatch(r"\[?[0-9A-Za-z.:_-]*\]?:\d+", value):
        return "not host:port"
    is_one = int(value.rpartition(":")[2]) <= _PORT_MOST
    return "" if is_one else f"its port is above {_PORT_MOST}"


def _level(value: str) -> str:
    levels = {"debug", "info", "warning", "error"}
    return "" if value.lower() in levels else f"not one of {', '.join(sorted(levels))}"


_RANDOM = "make one: openssl rand -base64 32"
_WEB = _url("https", "http")

VARIABLES: dict[str, Variable] = {
    "CASSAVA_DATA": Variable(".cassava"),
    "MISTRAL_API_KEY": Variable(
        "", _mistral_key, "copy it from console.mistral.ai, without quotes"
    ),
    "MISTRAL_MODEL": Variable("mistral-small-latest"),
    "MISTRAL_SERVER_URL": Variable("https://api.mistral.ai", _WEB, "https://host"),
    "CASSAVA_MISTRAL_TRANSPORT": Variable("native"),
    "OLLAMA_HOST": Variable("", _host, "http://127.0.0.1:11434"),
    "OLLAMA_MODEL": Variable("llama3.2:3b"),
    "CASSAVA_OLLAMA_NUM_CTX": Variable("8192", _number, "a number of tokens"),
    "CASSAVA_OLLAMA_PARALLEL": Variable("1", _number, "how many requests at once"),
    "CASSAVA_OLLAMA_KEEP_ALIVE": Variable("30m"),
    "CASSAVA_PRICES": Variable("", _prices, '{"model": [0.15, 0.6]}'),
    "CASSAVA_DATABASE_URL": Variable(
        "", _url("postgresql", "postgres"), "postgresql://user@host/db"
    ),
    "CASSAVA_DATABASE_CONNECTIONS": Variable("", _number, "connections a process opens at most"),
    "CASSAVA_REDIS_URL": Variable("", _url("redis", "rediss", "unix"), "redis://host:6379"),
    "CASSAVA_MASTER_KEY": Variable("", _master_key, _RANDOM),
    "CASSAVA_MASTER_KEY_PREVIOUS": Variable("", _master_key, _RANDOM),
    "CASSAVA_PLATFORM_KEY": Variable("", _platform_key, "csk_<id>_<at least 16 letters, digits>"),
    "CASSAVA_MESH_KEY": Variable("", _secret, _RANDOM),
    "CASSAVA_MESH_CERT": Variable(),
    "CASSAVA_MESH_CERT_KEY": Variable(),
    "CASSAVA_MESH_CA": Variable(),
    "CASSAVA_CLASSIFIER_TARGET": Variable(),
    "CASSAVA_RESPONDER_TARGET": Variable(),
    "CASSAVA_TICKETS_TARGET": Variable(),
    "CASSAVA_ANALYTICS_TARGET": Variable(),
    "CASSAVA_LISTEN": Variable("", _address, "127.0.0.1:50051"),
    "CASSAVA_OPS_LISTEN": Variable("", _address, "127.0.0.1:9090"),
    "CASSAVA_WHATSAPP_API_URL": Variable("", _WEB, "https://graph.facebook.com/v23.0"),
    "CASSAVA_TELEGRAM_API_URL": Variable("", _WEB, "https://api.telegram.org"),
    "CASSAVA_WORKER_TURNS": Variable("32", _number, "turns one worker has in hand"),
    "CASSAVA_WORKER_DELIVERIES": Variable("64", _number, "deliveries one worker has in hand"),
    "CASSAVA_WORKER_MEDIA": Variable("4", _number, "files one worker fetches at once"),
    "CASSAVA_WORKER_ENDPOINTS": Variable("32", _number, "events one worker sends at once"),
    "CASSAVA_EGRESS_NETWORKS": Variable(),
    "CASSAVA_TLS_CERT": Variable(),
    "CASSAVA_TLS_KEY": Variable(),
    "CASSAVA_LOG_LEVEL": Variable("info", _level, "CASSAVA_LOG_LEVEL=info"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": Variable("", _WEB, "http://127.0.0.1:4317"),
    "CASSAVA_DRAIN_SECONDS": Variable("20", _number, "seconds"),
    "CASSAVA_DRAIN_PAUSE_SECONDS": Variable("5", _number, "seconds"),
    "CASSAVA_TENANT_CALLS_PER_SECOND": Variable("2000", _number, "calls; 0: no limit"),
    "CASSAVA_WRONG_KEYS_PER_ADDRESS": Variable("30", _number, "in a minute"),
    "CASSAVA_ANONYMOUS_TENANT": Variable(),
    "CASSAVA_CRASH_AT": Variable("", lambda _: "it makes processes die on purpose", "unset it"),
    "CASSAVA_HURRY": Variable("1", lambda _: "it shortens leases and waits for proofs", "unset it"),
}
