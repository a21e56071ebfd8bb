"""Of one tenant there is only so much in a server at once."""

from __future__ import annotations

import pytest

from mesh.errors import TooMany
from mesh.in_flight import InFlight


def test_one_tenant_cannot_take_all_the_room() -> None:
    room = InFlight(most_calls=2, most_streams=1)

    with room.one_more("acme", is_stream=False), room.one_more("acme", is_stream=False):
        with pytest.raises(TooMany), room.one_more("acme", is_stream=False):
            pass
        with room.one_more("acme", is_stream=True), room.one_more("other", is_stream=False):
            pass

    with room.one_more("acme", is_stream=False):
        pass


def test_what_failed_leaves_its_room() -> None:
    room = InFlight(most_calls=1)
    for _ in range(3):
        with pytest.raises(KeyError), room.one_more("acme", is_stream=False):
            raise KeyError

    with room.one_more("acme", is_stream=False):
        pass


def test_the_mesh_itself_is_not_counted() -> None:
    room = InFlight(most_calls=1)

    with room.one_more(None, is_stream=False), room.one_more(None, is_stream=False):
        pass
