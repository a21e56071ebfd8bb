"""The lanes to the inbox, with an inbox that the test holds."""

import asyncio
from collections.abc import Sequence

import pytest
from cassava.tickets.v1 import inbox_pb2

from mesh.errors import InvalidInput, Unavailable
from services.gateway.accept import Acceptor, Bounds, NotStored

Result = inbox_pb2.AcceptResult


class Inbox:
    """Stores when it is let; remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.status = Result.STATUS_ACCEPTED
        self.error: Exception | None = None
        self.poison = ""

    async def accept(self, items: Sequence[inbox_pb2.InboundItem]) -> list[Result]:
        self.batches.append([item.key for item in items])
        self.begun.set()
        await self.open.wait()
        if self.error:
            raise self.error
        if any(item.key == self.poison and not item.HasField("unreadable") for item in items):
            raise InvalidInput("against the contract")
        return [Result(status=self.status, message_id=item.key) for item in items]

    async def record_receipts(self, receipts: Sequence[inbox_pb2.Receipt]) -> None:
        self.batches.append([receipt.key for receipt in receipts])


def items(*keys: str, size: int = 0) -> list[inbox_pb2.InboundItem]:
    return [inbox_pb2.InboundItem(key=key, raw=b"x" * size) for key in keys]


async def test_while_one_batch_is_in_flight_the_next_one_collects() -> None:
    inbox = Inbox()
    acceptor = Acceptor(inbox)
    inbox.open.clear()
    putting = [asyncio.create_task(acceptor.accept(items("0")))]
    await inbox.begun.wait()
    later = (acceptor.accept(items(str(number))) for number in range(1, 10))
    putting += [asyncio.create_task(coming) for coming in later]
    await asyncio.sleep(0.01)
    inbox.open.set()

    results = await asyncio.gather(*putting)

    assert [result[0].message_id for result in results] == [str(number) for number in range(10)]
    assert inbox.batches == [["0"], [str(number) for number in range(1, 10)]]


async def test_a_batch_ends_at_its_items_and_at_its_bytes() -> None:
    inbox = Inbox()
    acceptor = Acceptor(inbox, Bounds(batch_items=4, batch_bytes=1000))

    await acceptor.accept(items(*"abcdefghij"))
    await acceptor.accept(items("k", "l", "m", size=600))
    await acceptor.accept(items("n", size=5000))

    assert [len(batch) for batch in inbox.batches] == [4, 4, 2, 1, 1, 1, 1]


async def test_what_waits_too_long_is_given_back_and_not_sent_later() -> None:
    inbox = Inbox()
    acceptor = Acceptor(inbox, Bounds(waiting_seconds=0.02))
    inbox.open.clear()
    first = asyncio.create_task(acceptor.accept(items("first")))
    await inbox.begun.wait()

    with pytest.raises(NotStored):
        await acceptor.accept(items("late"))
    inbox.open.set()
    await first
    await acceptor.accept(items("next"))

    assert inbox.batches == [["first"], ["next"]]


async def test_a_full_lane_refuses_at_once() -> None:
    inbox = Inbox()
    acceptor = Acceptor(inbox, Bounds(waiting_items=2))
    inbox.open.clear()
    first = asyncio.create_task(acceptor.accept(items("a")))
    await inbox.begun.wait()
    second = asyncio.create_task(acceptor.accept(items("b", "c")))
    await asyncio.sleep(0)

    with pytest.raises(NotStored):
        await acceptor.accept(items("d"))
    inbox.open.set()
    await asyncio.gather(first, second)


@pytest.mark.parametrize("error", [Unavailable("away"), RuntimeError("bug")])
async def test_a_failed_call_acknowledges_nothing_and_the_lane_goes_on(error: Exception) -> None:
    inbox = Inbox()
    acceptor = Acceptor(inbox)
    inbox.error = error
    with pytest.raises(NotStored):
        await acceptor.accept(items("a", "b"))
    inbox.error = None

    assert (await acceptor.accept(items("a")))[0].message_id == "a"


async def test_one_item_to_be_repeated_fails_its_post() -> None:
    inbox = Inbox()
    inbox.status = Result.STATUS_RETRY

    with pytest.raises(NotStored):
        await Acceptor(inbox).accept(items("a"))


async def test_an_item_against_the_contract_becomes_a_dead_letter_alone() -> None:
    inbox = Inbox()
    inbox.poison = "bad"

    results = await Acceptor(inbox).accept(items("a", "bad", "b"))

    assert [result.message_id for result in results] == ["a", "bad", "b"]
    assert inbox.batches == [["a", "bad", "b"], ["a"], ["bad"], ["bad"], ["b"]]


async def test_receipts_do_not_wait_behind_messages() -> None:
    inbox = Inbox()
    acceptor = Acceptor(inbox)
    inbox.open.clear()
    waiting = asyncio.create_task(acceptor.accept(items("a")))
    await inbox.begun.wait()

    await acceptor.record([inbox_pb2.Receipt(key="r")])

    assert inbox.batches == [["a"], ["r"]]
    inbox.open.set()
    await waiting
