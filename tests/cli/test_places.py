"""Where embedded servers listen."""

import socket

import pytest

from cli.embedded import places
from cli.embedded.places import free_ports, is_free
from cli.embedded.trouble import EmbeddedTrouble


def test_ports_are_free_different_and_never_lent_to_outgoing_connections() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(is_free(port) and port < 32768 for port in ports)


def test_a_port_is_given_once_though_nobody_listens_on_it_yet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = free_ports(1)[0]
    monkeypatch.setattr(places, "_UNLENT_PORTS", range(first, first + 1))

    with pytest.raises(EmbeddedTrouble, match="no 1 ports"):
        free_ports(1)


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        assert not is_free(server.getsockname()[1])
