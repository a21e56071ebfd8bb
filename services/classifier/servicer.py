"""ClassifierService: words in, every label out, and why; nothing is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cassava.classifier.v1 import classifier_pb2 as pb
from cassava.classifier.v1 import classifier_pb2_grpc as rpc

from services.classifier import wire
from services.classifier.default_model import DefaultModel
from services.classifier.features import key_of
from services.classifier.intents.store import IntentStore
from services.classifier.turn import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.encoder import Encoder
    from mesh.interceptors import Context
    from mesh.postgres import Pool
    from services.classifier.reader import Reader
    from services.classifier.shelf import Serving, Shelf

_SHOWN_EXAMPLES, _SHOWN_TERMS = 5, 10


class ClassifierServicer(rpc.ClassifierServiceServicer):
    def __init__(self, reader: Reader, shelf: Shelf, encoder: Encoder, pool: Pool) -> None:
        self._reader = reader
        self._shelf = shelf
        self._encoder = encoder
        self._pool = pool

    async def Classify(self, request: pb.ClassifyRequest, context: Context) -> pb.ClassifyResponse:
        labels, model = await self._reader.read(
            request.tenant_id,
            together(request.messages),
            among=request.languages,
            prior=request.prior_language,
            earlier=together(request.earlier[-1:]),
        )
        return pb.ClassifyResponse(classification=wire.labels_to_proto(labels, model.engine))

    async def ClassifyBatch(
        self, request: pb.ClassifyBatchRequest, context: Context
    ) -> pb.ClassifyBatchResponse:
        # Those that need the encoder share its runs.
        read = await asyncio.gather(
            *(
                self._reader.read(request.tenant_id, together([text]), among=request.languages)
                for text in request.texts
            )
        )
        return pb.ClassifyBatchResponse(
            classifications=[wire.labels_to_proto(labels, model.engine) for labels, model in read]
        )

    async def Explain(self, request: pb.ExplainRequest, context: Context) -> pb.ExplainResponse:
        text = together([request.text])
        labels, model = await self._reader.read(request.tenant_id, text, among=request.languages)
        intent = request.intent or labels.heard.ranked[0].intent
        near = model.nearest((await self._encoder.encode([text]))[0], _SHOWN_EXAMPLES)
        serving = await self._shelf.serving(request.tenant_id)
        texts = await self._texts(request.tenant_id, serving, [one.key for one in near])
        return pb.ExplainResponse(
            classification=wire.labels_to_proto(labels, model.engine),
            intent=intent,
            examples=[
                pb.NearExample(intent=one.intent, text=texts[one.key], similarity=one.similarity)
                for one in near
                if one.key in texts  # an intent's own name, or deleted since, has none
            ],
            terms=[
                pb.SpokenFor(term=reason.term, weight=reason.weight)
                for reason in model.reasons(text, intent, _SHOWN_TERMS)
            ],
        )

    async def _texts(self, tenant_id: str, serving: Serving, keys: Sequence[int]) -> dict[int, str]:
        """A model keeps no text: what the keys stand for is asked of where examples are."""
        if not serving.version:
            return {key_of(one.text): one.text for one in DefaultModel().intents()}
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            return await IntentStore(connection, tenant_id).texts(keys)
