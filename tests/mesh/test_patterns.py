"""What a refused field is told about its form."""

from __future__ import annotations

import re
from pathlib import Path

import grpc
import pytest
from cassava.tickets.v1 import ticket_pb2, ticket_pb2_grpc

from mesh.patterns import in_words
from tests.mesh.desk import Desk, a_stranger, key, serving

PROTOS = Path(__file__).parents[2] / "protos" / "cassava"


def patterns() -> list[str]:
    """Every one of the contract, once; and the lists of an enum's numbers."""
    sources = "".join(path.read_text(encoding="utf-8") for path in PROTOS.rglob("*.proto"))
    found = re.findall(r'pattern(?: =|:) "([^"]+)"', sources)
    lists = re.findall(r"\b(?:not_)?in: (\[[0-9, ]+\])", sources)
    return sorted({each.replace("\\\\", "\\") for each in found} | set(lists))


@pytest.mark.parametrize("pattern", patterns())
def test_every_pattern_of_the_contract_is_told_in_words(pattern: str) -> None:
    assert (in_words(pattern) or "").startswith("must be ")


async def test_who_sends_a_wrong_form_reads_what_is_wanted() -> None:
    async with serving(Desk()) as address, a_stranger(address) as channel:
        stub = ticket_pb2_grpc.TicketServiceStub(channel)
        asked = ticket_pb2.ListTicketsRequest(tenant_id="Not a tenant")

        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.ListTickets(asked, metadata=key("platform"))

    said = str(refused.value.details())
    assert said.startswith("tenant_id: must be 2 to 63 lower-case letters")
    assert "^" not in said
