"""How fast messages get their labels: through the servicer in process, and over gRPC."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import numpy as np
import uvloop
from cassava.classifier.v1 import classifier_pb2 as pb
from cassava.classifier.v1 import classifier_pb2_grpc as rpc
from pydantic import SecretStr

from mesh import logs
from mesh.access import MeshIdentity
from mesh.client import dial
from mesh.keys import RemoteKeys
from mesh.server import answering, keep_what_started
from services.classifier.encoding import Encoders, open_encoder
from services.classifier.language import Languages
from services.classifier.reader import Reader
from services.classifier.servicer import ClassifierServicer
from services.classifier.settings import Settings
from services.classifier.shelf import Serving, Shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence

    import grpc

    from mesh.interceptors import Context
    from mesh.postgres import Pool
    from services.classifier.model import Model

    Asked = tuple[float, list[float]]
    Classify = Callable[[pb.ClassifyRequest], Awaitable[pb.ClassifyResponse]]

_MESH_KEY = SecretStr("a mesh key for benches")
_WARM_UP = 100
_NO_POOL = cast("Pool", None)


class Standing(Shelf):
    """One model for everybody, without a database."""

    def __init__(self, model: Model) -> None:
        super().__init__(_NO_POOL)
        self._platform = Serving(model)


def servicer(model: Model) -> ClassifierServicer:
    shelf, encoders = Standing(model), Encoders(open_encoder())
    return ClassifierServicer(Reader(shelf, encoders, Languages()), shelf, encoders, _NO_POOL)


def in_process(model: Model, texts: Sequence[str]) -> Asked:
    """Messages a CPU second, one after the other, and how many ms each took."""
    labels = servicer(model)

    async def classify(request: pb.ClassifyRequest) -> pb.ClassifyResponse:
        return await labels.Classify(request, cast("Context", None))

    return _as_served(_ask(classify, texts))


def over_grpc(model: Model, texts: Sequence[str]) -> Asked:
    """The same over a socket of this process; its seconds are server's and client's."""

    logs.configure("classifier", "warning")

    async def ask() -> Asked:
        async with _serving(model) as channel:
            return await _ask(rpc.ClassifierServiceStub(channel).Classify, texts)

    return _as_served(ask())


def _as_served(asking: Coroutine[None, None, Asked]) -> Asked:
    """On a service's loop, and what was loaded before is not walked by the collector, as there."""
    keep_what_started()
    return uvloop.run(asking)


@asynccontextmanager
async def _serving(model: Model) -> AsyncIterator[grpc.aio.Channel]:
    def register(to: grpc.aio.Server) -> None:
        rpc.add_ClassifierServiceServicer_to_server(servicer(model), to)

    settings = Settings(mesh_key=_MESH_KEY, database_url=SecretStr("none"), drain_seconds=0.2)
    nowhere = dial("127.0.0.1:9", MeshIdentity(_MESH_KEY, "classifier"), audience="tickets")
    keys = RemoteKeys(nowhere)
    served = answering(settings, service="classifier", register=register, keys=keys)
    gateway = MeshIdentity(_MESH_KEY, "gateway")
    async with nowhere, served as server:
        await server.tell(is_ready=True)
        async with dial(server.address, gateway, audience="classifier") as channel:
            yield channel


async def _ask(classify: Classify, texts: Sequence[str]) -> Asked:
    for text in texts[:_WARM_UP]:
        await classify(pb.ClassifyRequest(tenant_id="acme", messages=[text]))
    taken, asked = [], texts[_WARM_UP:]
    started = time.process_time()
    for text in asked:
        began = time.perf_counter()
        await classify(pb.ClassifyRequest(tenant_id="acme", messages=[text]))
        taken.append((time.perf_counter() - began) * 1000)
    return len(asked) / (time.process_time() - started), taken


def percentile(taken: Sequence[float], share: float) -> float:
    return float(np.percentile(taken, share))
