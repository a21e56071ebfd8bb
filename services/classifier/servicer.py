"""ClassifierService: one turn's words in, every label out; nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.classifier.v1 import classifier_pb2 as pb
from cassava.classifier.v1 import classifier_pb2_grpc as rpc

from services.classifier import wire
from services.classifier.turn import label, together

if TYPE_CHECKING:
    from mesh.encoder import Encoder
    from mesh.interceptors import Context
    from services.classifier.language import Languages
    from services.classifier.shelf import Shelf


class ClassifierServicer(rpc.ClassifierServiceServicer):
    def __init__(self, shelf: Shelf, encoder: Encoder, languages: Languages) -> None:
        self._shelf = shelf
        self._encoder = encoder
        self._languages = languages

    async def Classify(self, request: pb.ClassifyRequest, context: Context) -> pb.ClassifyResponse:
        model = self._shelf.model
        text = together(request.messages)
        vector = (await self._encoder.encode([text]))[0]
        spoken = self._languages.spoken(text, request.languages, request.prior_language)
        labels = label(text, model.hear(text, vector), spoken)
        return pb.ClassifyResponse(classification=wire.labels_to_proto(labels, model.engine))
