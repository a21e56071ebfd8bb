"""ClassifierService: words in, every label out, and why; nothing is kept."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from cassava.classifier.v1 import classifier_pb2 as pb
from cassava.classifier.v1 import classifier_pb2_grpc as rpc
from cassava.type.v1 import classification_pb2 as type_pb

from services.classifier import wire
from services.classifier.default_model import DefaultModel
from services.classifier.features import key_of
from services.classifier.intents.store import IntentStore
from services.classifier.turn import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesh.interceptors import Context
    from mesh.postgres import Pool
    from services.classifier.encoding import Encoders
    from services.classifier.intent import Heard
    from services.classifier.model import Model, Neighbour
    from services.classifier.reader import Reader
    from services.classifier.shelf import Serving, Shelf

_SHOWN_EXAMPLES, _SHOWN_TERMS = 5, 10
_COMPARED_EXAMPLES, _SHOWN_OF_CANDIDATE = 50, 3


class ClassifierServicer(rpc.ClassifierServiceServicer):
    def __init__(self, reader: Reader, shelf: Shelf, encoders: Encoders, pool: Pool) -> None:
        self._reader = reader
        self._shelf = shelf
        self._encoders = encoders
        self._pool = pool

    async def Classify(self, request: pb.ClassifyRequest, context: Context) -> pb.ClassifyResponse:
        text = together(request.messages)
        labels, model = await self._reader.read(
            request.tenant_id,
            text,
            among=request.languages,
            prior=request.prior_language,
            earlier=together(request.earlier[-1:]),
        )
        candidates: Sequence[type_pb.IntentCandidate] = ()
        if labels.heard.confidence < request.candidates_below:
            candidates = await self._candidates(request.tenant_id, model, text, labels.heard)
        return pb.ClassifyResponse(
            classification=wire.labels_to_proto(labels, model.engine), candidates=candidates
        )

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
        near, texts = await self._nearest(request.tenant_id, model, text, _SHOWN_EXAMPLES)
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

    @cached_property
    def _platform_texts(self) -> dict[int, str]:
        return {key_of(one.text): one.text for one in DefaultModel().intents()}

    async def _candidates(
        self, tenant_id: str, model: Model, text: str, heard: Heard
    ) -> list[type_pb.IntentCandidate]:
        """What may be meant, each with its examples that are nearest to the text."""
        near, texts = await self._nearest(tenant_id, model, text, _COMPARED_EXAMPLES)
        examples: dict[str, list[str]] = {one.intent: [] for one in heard.ranked}
        for one in near:
            shown = examples.get(one.intent, [])
            if one.key in texts and len(shown) < _SHOWN_OF_CANDIDATE:
                shown.append(texts[one.key])
        return [
            type_pb.IntentCandidate(
                intent=one.intent, confidence=one.confidence, examples=examples[one.intent]
            )
            for one in heard.ranked
        ]

    async def _nearest(
        self, tenant_id: str, model: Model, text: str, most: int
    ) -> tuple[list[Neighbour], dict[int, str]]:
        """The examples nearest to the text, and the words of those that still have any."""
        encoder = await self._encoders.get(model.encoder)
        near = model.nearest((await encoder.encode([text]))[0], most)
        serving = await self._shelf.serving(tenant_id)
        return near, await self._texts(tenant_id, serving, [one.key for one in near])

    async def _texts(self, tenant_id: str, serving: Serving, keys: Sequence[int]) -> dict[int, str]:
        """A model keeps no text: what the keys stand for is asked of where examples are."""
        if not serving.version:
            return self._platform_texts
        async with self._pool.transaction(tenant_id, readonly=True) as connection:
            return await IntentStore(connection, tenant_id).texts(keys)
