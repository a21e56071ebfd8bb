"""A gate in front of a pattern lets nothing past that the pattern would have found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.responder import addresses, asking, deeds, disguise, leaks, promises
from services.responder.disguise import readings
from services.responder.marked import Marked
from tests.responder.test_captured import CAPTURED
from tests.responder.test_containment import GOOD, KEYS, TOLD_EARLIER
from tests.responder.test_other_tongues import DEEDS, PEOPLE, PROMISES, SECRETS, WAYS_OUT


def _gates() -> dict[str, Marked]:
    named = {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in (addresses, asking, deeds, disguise, leaks, promises)
        for name, value in vars(module).items()
    }
    several = {
        f"{name}[{n}]": each
        for name, value in named.items()
        if isinstance(value, tuple)
        for n, each in enumerate(value)
    }
    return {k: v for k, v in {**named, **several}.items() if isinstance(v, Marked)}


GATES = _gates()
SAID = [
    *(*CAPTURED, *KEYS, *TOLD_EARLIER, *(str(row["reply"]) for row in GOOD)),
    *(reply for _, reply in [*DEEDS, *PROMISES, *SECRETS, *PEOPLE, *WAYS_OUT]),
]


@pytest.mark.parametrize("name", GATES)
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_a_pattern_finds_its_gate_lets_by(name: str, data: st.DataObject) -> None:
    gate = GATES[name]
    text = data.draw(st.from_regex(gate.pattern))

    assert gate.search(text)


@pytest.mark.parametrize("name", GATES)
def test_of_what_attackers_and_models_wrote_it_finds_what_the_pattern_finds(name: str) -> None:
    gate = GATES[name]
    for said in SAID:
        for seen in (said, *readings(said)):
            assert bool(gate.search(seen)) is bool(gate.pattern.search(seen)), seen
