"""The record's words and the contract's enums have the same members."""

from __future__ import annotations

from typing import Any

import pytest
from cassava.tickets.v1 import channel_pb2, conversation_pb2, tenant_pb2, ticket_pb2
from cassava.type.v1 import access_pb2, classification_pb2
from cassava.type.v1 import channel_pb2 as kind_pb2

from mesh.access import Role
from services.tickets.channels.channel_account import FOUND_BY, SECRETS
from services.tickets.names import name_of, number_of
from services.tickets.tickets.ticket import PRIORITIES


def members(enum: Any) -> set[str]:
    return {name_of(enum, number) for number in enum.values()} - {""}


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        (kind_pb2.ChannelKind, set(SECRETS)),
        (channel_pb2.SecretKind, set().union(*SECRETS.values()) | FOUND_BY),
        (channel_pb2.Channel.State, {"active", "paused", "off"}),
        (tenant_pb2.Tenant.State, {"active", "archived"}),
        (ticket_pb2.Ticket.Status, {"open", "waiting", "resolved"}),
        (classification_pb2.Urgency, set(PRIORITIES)),
        (conversation_pb2.Holder, {"bot", "queued", "person"}),
        (conversation_pb2.Author, {"customer", "bot", "agent", "system"}),
        (access_pb2.Caller, {role.name.lower() for role in Role}),
    ],
)
def test_both_sides_have_the_same_members(enum: Any, words: set[str]) -> None:
    assert members(enum) == words
    assert all(name_of(enum, number_of(enum, word)) == word for word in words)


def test_nothing_and_what_a_newer_process_wrote_are_unspecified() -> None:
    assert number_of(classification_pb2.Urgency, "") == 0
    assert number_of(classification_pb2.Urgency, "galactic") == 0
