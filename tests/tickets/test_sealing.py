"""Secrets at rest: pure."""

from __future__ import annotations

from functools import partial

import pytest

from services.tickets.channels.sealing import SealBroken, Sealer, derived

PLACE = ("acme", "channel_secrets", "id", "app_secret")


def a_sealer(of: str = "master") -> Sealer:
    return Sealer(partial(derived, of, "channel-secrets"))


def test_what_was_sealed_opens_in_its_own_place() -> None:
    sealer = a_sealer()

    sealed = sealer.seal("ütterly secret", *PLACE)

    assert a_sealer().open(sealed, *PLACE) == "ütterly secret"
    assert b"secret" not in sealed


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    sealer = a_sealer()

    assert sealer.seal("x", *PLACE) != sealer.seal("x", *PLACE)


@pytest.mark.parametrize(
    "place",
    [
        ("other", *PLACE[1:]),
        (*PLACE[:3], "bot_token"),
        ("acm", "echannel_secrets", *PLACE[2:]),
        PLACE[:3],
    ],
)
def test_it_opens_nowhere_else(place: tuple[str, ...]) -> None:
    sealer = a_sealer()

    with pytest.raises(SealBroken):
        sealer.open(sealer.seal("x", *PLACE), *place)


def test_it_opens_under_no_other_key() -> None:
    with pytest.raises(SealBroken):
        a_sealer("other").open(a_sealer().seal("x", *PLACE), *PLACE)


def test_no_byte_of_it_can_be_changed() -> None:
    sealer = a_sealer()
    sealed = sealer.seal("x", *PLACE)

    for index in range(len(sealed)):
        broken = bytearray(sealed)
        broken[index] ^= 1
        with pytest.raises(SealBroken):
            sealer.open(bytes(broken), *PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealer.open(sealed[:length], *PLACE)


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {derived("master", "a"), derived("master", "b"), derived("other", "a")}

    assert {len(key) for key in keys} == {32}
    assert len(keys) == 3
