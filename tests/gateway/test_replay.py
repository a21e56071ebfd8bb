"""A dead letter read again: understood now, or still not, and never twice."""

from typing import Any

import pytest
from cassava.tickets.v1 import inbox_pb2 as pb
from cassava.type.v1 import channel_pb2 as kinds

from mesh.errors import Unavailable
from services.gateway.channels import telegram, whatsapp
from services.gateway.replay import Replays
from tests.gateway import bodies

Status = pb.AcceptResult.Status
WHATSAPP_MESSAGE = bodies.wire(bodies.one_message())


class Inbox:
    """Tickets' inbox, as far as a replay needs it."""

    def __init__(self, says: Status.ValueType = Status.STATUS_ACCEPTED) -> None:
        self.inbox = self
        self.says = says
        self.items: list[pb.InboundItem] = []
        self.receipts: list[pb.Receipt] = []
        self.results: list[str] = []

    async def Accept(self, request: pb.AcceptRequest) -> pb.AcceptResponse:
        self.items += request.items
        return pb.AcceptResponse(results=[pb.AcceptResult(status=self.says)] * len(request.items))

    async def RecordReceipts(self, request: pb.RecordReceiptsRequest) -> None:
        self.receipts += request.receipts

    async def FinishReplay(self, request: pb.FinishReplayRequest) -> None:
        self.results.append(request.result)


async def replayed(inbox: Inbox, raw: bytes, kind: str = "WHATSAPP") -> None:
    nobody: Any = None
    peers: Any = inbox
    adapters: Any = {
        "whatsapp": whatsapp.WhatsApp(nobody),
        "telegram": telegram.Telegram(nobody),
    }
    claimed = pb.ClaimedReplay(
        tenant_id="acme",
        dead_letter_id="d",
        fence=3,
        channel_id="c",
        kind=kinds.ChannelKind.Value(f"CHANNEL_KIND_{kind}"),
        raw=raw,
    )
    await Replays(peers, adapters).do(claimed)


async def test_what_can_be_read_now_is_accepted_for_its_channel() -> None:
    inbox = Inbox()

    await replayed(inbox, WHATSAPP_MESSAGE)

    assert [(item.tenant_id, item.account_id) for item in inbox.items] == [("acme", "c")]
    assert inbox.results == ["accepted"]


async def test_what_is_known_already_is_said_to_be_a_duplicate() -> None:
    inbox = Inbox(Status.STATUS_DUPLICATE)

    await replayed(inbox, WHATSAPP_MESSAGE)

    assert inbox.results == ["duplicate"]


async def test_what_still_cannot_be_read_stays_a_letter() -> None:
    inbox = Inbox()

    await replayed(inbox, b"{", kind="TELEGRAM")

    assert (inbox.items, inbox.results) == ([], ["not_a_telegram_update"])


async def test_what_cannot_be_stored_now_is_left_to_the_next_lease() -> None:
    inbox = Inbox(Status.STATUS_RETRY)

    with pytest.raises(Unavailable):
        await replayed(inbox, WHATSAPP_MESSAGE)

    assert inbox.results == []
