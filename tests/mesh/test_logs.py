"""One JSON line an event, and no secret in it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from mesh import logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Any:
    logs.configure("tickets", "info")
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_event_is_a_line_with_its_facts(lines: Any) -> None:
    logs.get("x").info("reply_withheld", confidence=0.4)
    logs.get("x").debug("unheard")

    (line,) = lines()
    assert (line["event"], line["confidence"], line["service"]) == (
        "reply_withheld",
        0.4,
        "tickets",
    )
    assert line["level"] == "info"


def test_the_standard_library_speaks_the_same(lines: Any) -> None:
    logging.getLogger("uvicorn").warning("too %s", "slow")

    (line,) = lines()
    assert (line["event"], line["level"], line["service"]) == ("too slow", "warning", "tickets")


@pytest.mark.parametrize(
    "secret", ["csk_abc_s3cret", "Bearer s3cret", "postgresql://app:s3cret@db/x"]
)
def test_a_secret_never_reaches_the_line(lines: Any, secret: str) -> None:
    logs.get("x").info("called", detail=secret)
    try:
        raise RuntimeError(secret)
    except RuntimeError:
        logging.getLogger("x").exception("failed")

    assert "s3cret" not in json.dumps(lines())


@pytest.mark.parametrize(
    "said",
    [
        '\n{"level":"error"}',
        "\x1b[31mred\x1b[0m",
        "${jndi:ldap://x}",
        "a\r\nSet-Cookie: x",
        "\u2028",
    ],
)
def test_what_somebody_wrote_is_one_line_and_escaped(
    capsys: pytest.CaptureFixture[str], said: str
) -> None:
    logs.configure("tickets", "info")

    logs.get("x").info("called", detail=said)
    logging.getLogger("x").warning(said)

    first, second = capsys.readouterr().out.splitlines()
    assert (json.loads(first)["detail"], json.loads(second)["event"]) == (said, said)
    assert not set("\x1b\r\u2028") & set(first + second)


def test_a_long_field_is_cut(lines: Any) -> None:
    logs.get("x").info("called", detail="x" * 2**20)

    assert len(lines()[0]["detail"]) == 1025
