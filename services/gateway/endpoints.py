"""Events to the endpoints of tenants: signed as Standard Webhooks says, and what came of it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx2
import structlog
from cassava.tickets.v1 import endpoint_pb2 as pb

from mesh.errors import ChangedMeanwhile
from services.gateway.channels import custom, sending, standard_webhooks
from services.gateway.feed import event_frame
from services.gateway.wire import to_duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.gateway.peers import Peers

log = structlog.get_logger()
# All of an attempt; Standard Webhooks: 15 to 30 s.
_ATTEMPT_SECONDS = 15.0


class Endpoints:
    """Work for the worker's loop. What a dead worker had in hand is sent again, under its id."""

    # Nobody rings it: a look each second is soon enough, and costs the turns nothing.
    bell = "wake:endpoints"

    def __init__(
        self,
        name: str,
        peers: Peers,
        client: httpx2.AsyncClient,
        slots: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._name = name
        self._endpoints = peers.endpoints
        self._client = client
        self._clock = clock
        self.slots = slots

    async def claim(self, free_slots: int) -> tuple[list[pb.ClaimedEndpointDelivery], float | None]:
        request = pb.ClaimEndpointDeliveriesRequest(worker=self._name, free_slots=free_slots)
        return list((await self._endpoints.ClaimEndpointDeliveries(request)).deliveries), None

    async def do(self, job: pb.ClaimedEndpointDelivery) -> None:
        finish = pb.FinishEndpointDeliveryRequest(
            tenant_id=job.tenant_id, delivery_id=job.delivery_id, fence=job.fence
        )
        started = time.monotonic()
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                await self._post(job, finish)
        except TimeoutError:
            finish.error = "timeout"
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            finish.error = sending.named(error)
        finish.duration.CopyFrom(to_duration(time.monotonic() - started))
        try:
            await self._endpoints.FinishEndpointDelivery(finish)
        except ChangedMeanwhile:
            log.info("endpoint_delivery_fenced", delivery_id=job.delivery_id)

    async def _post(
        self, job: pb.ClaimedEndpointDelivery, finish: pb.FinishEndpointDeliveryRequest
    ) -> None:
        """The status is all there is to know: what it says beside is left unread."""
        body = event_frame(job.event).text.encode()
        now = int(self._clock())
        headers = standard_webhooks.sign(job.secrets, job.delivery_id, now, body)
        headers |= {"content-type": "application/json", custom.LOOP: "1"}
        request = self._client.stream("POST", job.url, content=body, headers=headers)
        async with request as response:
            finish.http_status = response.status_code
            wait = sending.retry_after(response.headers, self._clock)
        if wait is not None:
            finish.retry_after.CopyFrom(to_duration(wait))
