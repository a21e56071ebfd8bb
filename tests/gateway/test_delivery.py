"""One send: written down before, never after a long sleep, and told as it was."""

from typing import Any

import pytest
from cassava.tickets.v1 import delivery_pb2 as pb
from cassava.type.v1 import channel_pb2 as kinds

from mesh.errors import ChangedMeanwhile, Unavailable
from services.gateway.channels.channel import (
    Account,
    NotSent,
    Outbound,
    PerhapsSent,
    ProviderId,
    Refused,
)
from services.gateway.channels.whatsapp_codes import failure
from services.gateway.delivery import Deliveries

CLAIMED = pb.ClaimedDelivery(tenant_id="acme", delivery_id="d", fence=7)


class Desk:
    """Tickets' side of a send, in small."""

    def __init__(self) -> None:
        self.deliveries = self
        self.begun = pb.BeginDeliveryResponse(attempt=1, text="Hello.", message_id="m")
        self.begun.account.kind = kinds.CHANNEL_KIND_WHATSAPP
        self.begun.account.tenant_active = True
        self.begun.lease.seconds = 45
        self.finished: list[pb.FinishDeliveryRequest] = []
        self.refuses = False
        self.fails = 0

    async def BeginDelivery(self, _: pb.BeginDeliveryRequest) -> pb.BeginDeliveryResponse:
        if self.refuses:
            raise ChangedMeanwhile("a person took over")
        return self.begun

    async def FinishDelivery(self, request: pb.FinishDeliveryRequest) -> None:
        if self.fails:
            self.fails -= 1
            raise Unavailable("tickets is away")
        self.finished.append(request)


class Provider:
    """Takes everything, or says what it was told to say."""

    def __init__(self) -> None:
        self.taken: list[Outbound] = []
        self.says: Exception | None = None

    async def send(self, _: Account, message: Outbound) -> ProviderId:
        if self.says is not None:
            raise self.says
        self.taken.append(message)
        return ProviderId("wamid.1")


class Clock:
    """Every look at it is this much later."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def sending(desk: Desk, provider: Provider, step: float = 0.0) -> Deliveries:
    peers: Any = desk
    channels: Any = {"whatsapp": provider}
    return Deliveries("w", peers, channels, 1, Clock(step))


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        (None, pb.DELIVERY_OUTCOME_SENT),
        (NotSent("ConnectError"), pb.DELIVERY_OUTCOME_NOT_SENT),
        (Refused("131047"), pb.DELIVERY_OUTCOME_REFUSED),
        (PerhapsSent("ReadTimeout"), pb.DELIVERY_OUTCOME_PERHAPS_SENT),
        # A mistake of ours, somewhere in a channel.
        (KeyError("id"), pb.DELIVERY_OUTCOME_PERHAPS_SENT),
    ],
)
async def test_what_is_known_of_a_send_is_told(
    says: Exception | None, outcome: pb.DeliveryOutcome.ValueType
) -> None:
    desk, provider = Desk(), Provider()
    provider.says = says

    await sending(desk, provider).do(CLAIMED)

    (told,) = desk.finished
    assert (told.outcome, told.attempt, told.fence) == (outcome, 1, 7)


async def test_a_worker_that_slept_over_its_begin_writes_nothing() -> None:
    desk, provider = Desk(), Provider()

    await sending(desk, provider, step=0.41 * 45).do(CLAIMED)

    assert provider.taken == []
    assert [told.outcome for told in desk.finished] == [pb.DELIVERY_OUTCOME_NOT_SENT]


async def test_what_may_not_be_sent_is_not_sent() -> None:
    desk, provider = Desk(), Provider()
    desk.refuses = True

    await sending(desk, provider).do(CLAIMED)

    assert (provider.taken, desk.finished) == ([], [])


async def test_an_outcome_is_told_until_somebody_hears_it() -> None:
    desk, provider = Desk(), Provider()
    desk.fails = 1

    await sending(desk, provider).do(CLAIMED)

    assert [told.provider_message_id for told in desk.finished] == ["wamid.1"]


@pytest.mark.parametrize(("asked", "kept"), [(30.0, 30), (1e300, 172_800), (-5.0, 0)])
async def test_a_provider_asks_for_as_long_as_is_bearable(asked: float, kept: int) -> None:
    desk, provider = Desk(), Provider()
    provider.says = NotSent("telegram_429", retry_after=asked)

    await sending(desk, provider).do(CLAIMED)

    (told,) = desk.finished
    assert (told.outcome, told.retry_after.seconds) == (pb.DELIVERY_OUTCOME_NOT_SENT, kept)


@pytest.mark.parametrize(("attempt", "wait"), [(1, 6), (2, 24), (3, 96), (12, 172_800)])
async def test_who_meets_the_pair_rate_again_waits_four_times_as_long(
    attempt: int, wait: int
) -> None:
    desk, provider = Desk(), Provider()
    desk.begun.attempt = attempt
    provider.says = failure(400, 131056)

    await sending(desk, provider).do(CLAIMED)

    assert desk.finished[0].retry_after.seconds == wait


async def test_a_sandbox_sends_nothing_and_says_sent() -> None:
    desk, provider = Desk(), Provider()
    desk.begun.account.sandbox = True

    await sending(desk, provider).do(CLAIMED)

    assert provider.taken == []
    assert [told.outcome for told in desk.finished] == [pb.DELIVERY_OUTCOME_SENT]


@pytest.mark.parametrize(("code", "is_one_persons"), [(131056, True), (131049, True), (4, False)])
async def test_one_persons_limit_is_told_apart_from_the_numbers(
    code: int, *, is_one_persons: bool
) -> None:
    desk, provider = Desk(), Provider()
    provider.says = failure(400, code)

    await sending(desk, provider).do(CLAIMED)

    (told,) = desk.finished
    assert told.only_this_contact is is_one_persons
    assert told.retry_after.seconds > 0
