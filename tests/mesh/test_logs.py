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
