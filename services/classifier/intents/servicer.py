"""IntentService: what a tenant teaches, the trainings it asks for, which model serves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from cassava.classifier.v1 import intent_pb2 as pb
from cassava.classifier.v1 import intent_pb2_grpc as rpc

from mesh import pages
from mesh.encoder import DIMENSIONS
from mesh.errors import Conflict, InvalidInput
from mesh.transactions import change, read
from services.classifier.encoding import ENGLISH, shortened
from services.classifier.intent import OUT_OF_SCOPE
from services.classifier.intents import wire
from services.classifier.intents.store import Intent, IntentStore
from services.classifier.intents.suggestion import suggest
from services.classifier.store import ModelStore
from services.classifier.trainings.store import TrainingStore

if TYPE_CHECKING:
    from mesh.interceptors import Context
    from mesh.postgres import Connection, Pool
    from services.classifier.encoding import Encoders

_FEWEST_INTENTS = 2


class NotEnoughExamples(Conflict):
    def __init__(self, intents: int) -> None:
        super().__init__(
            f"training needs examples of at least {_FEWEST_INTENTS} intents, and there are "
            f"{intents}: put some first"
        )


class IntentServicer(rpc.IntentServiceServicer):
    def __init__(self, pool: Pool, encoders: Encoders, signing: pages.Pages) -> None:
        self._pool = pool
        self._encoders = encoders
        self._pages = signing

    @change
    async def PutIntents(
        self, request: pb.PutIntentsRequest, connection: Connection
    ) -> pb.PutIntentsResponse:
        if not (request.intents or request.examples):  # a misspelt field of JSON is none
            raise InvalidInput("give intents, examples or both", field="intents")
        store = IntentStore(connection, request.tenant_id)
        examples = wire.examples_from_proto(request.examples)
        described = [wire.intent_from_proto(intent) for intent in request.intents]
        named = {intent.name for intent in described}
        used = {example.intent for example in examples} - named
        await store.put([*described, *(Intent(name) for name in sorted(used))])
        stored = await store.intents_of([example.text for example in examples])
        wire.check_agree(examples, stored)
        added = await store.add(examples)
        return pb.PutIntentsResponse(examples_added=added, examples_known=len(examples) - added)

    @read
    async def ListIntents(
        self, request: pb.ListIntentsRequest, connection: Connection
    ) -> pb.ListIntentsResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        store = IntentStore(connection, request.tenant_id)
        found = await store.by_name(size + 1, after=str(after[0]) if after else "")
        token = self._pages.sign(request, found[size - 1].name) if len(found) > size else ""
        return pb.ListIntentsResponse(
            intents=[wire.intent_to_proto(intent) for intent in found[:size]],
            next_page_token=token,
        )

    @change
    async def DeleteIntent(
        self, request: pb.DeleteIntentRequest, connection: Connection
    ) -> pb.DeleteIntentResponse:
        removed = await IntentStore(connection, request.tenant_id).delete(request.name)
        return pb.DeleteIntentResponse(examples_removed=removed)

    @read
    async def ListExamples(
        self, request: pb.ListExamplesRequest, connection: Connection
    ) -> pb.ListExamplesResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        found = await IntentStore(connection, request.tenant_id).examples(
            intent=request.intent, after=int(after[0]) if after else 0, limit=size + 1
        )
        token = self._pages.sign(request, found[size - 1].id) if len(found) > size else ""
        return pb.ListExamplesResponse(
            examples=[wire.stored_to_proto(stored) for stored in found[:size]],
            next_page_token=token,
        )

    @change
    async def UpdateExample(
        self, request: pb.UpdateExampleRequest, connection: Connection
    ) -> pb.UpdateExampleResponse:
        (example,) = wire.examples_from_proto([request.example])
        store = IntentStore(connection, request.tenant_id)
        replaced = await store.replace(UUID(request.example_id), example)
        return pb.UpdateExampleResponse(example=wire.stored_to_proto(replaced))

    @change
    async def DeleteExample(
        self, request: pb.DeleteExampleRequest, connection: Connection
    ) -> pb.DeleteExampleResponse:
        await IntentStore(connection, request.tenant_id).remove(UUID(request.example_id))
        return pb.DeleteExampleResponse()

    @change
    async def CorrectIntent(
        self, request: pb.CorrectIntentRequest, connection: Connection
    ) -> pb.CorrectIntentResponse:
        example = wire.examples_from_proto([request.example])[0]
        await IntentStore(connection, request.tenant_id).correct(example)
        return pb.CorrectIntentResponse()

    @change
    async def ForgetTexts(
        self, request: pb.ForgetTextsRequest, connection: Connection
    ) -> pb.ForgetTextsResponse:
        store = IntentStore(connection, request.tenant_id)
        return pb.ForgetTextsResponse(corrections=await store.forget(request.text_hashes))

    @change
    async def StartTraining(
        self, request: pb.StartTrainingRequest, connection: Connection
    ) -> pb.StartTrainingResponse:
        intents = await IntentStore(connection, request.tenant_id).by_name(
            _FEWEST_INTENTS + 1, after=""
        )
        taught = [one for one in intents if one.examples and one.name != OUT_OF_SCOPE]
        if len(taught) < _FEWEST_INTENTS:
            raise NotEnoughExamples(len(taught))
        serving = await ModelStore(connection, request.tenant_id).live_encoder()
        encoder = wire.encoder_from_proto(request.encoder, serving, self._encoders.names)
        if encoder != ENGLISH:
            self._encoders.open(encoder)  # so that the model's first message need not wait for it
        training = await TrainingStore(connection, request.tenant_id).start(encoder)
        return pb.StartTrainingResponse(training=wire.training_to_proto(training))

    @read
    async def GetTraining(
        self, request: pb.GetTrainingRequest, connection: Connection
    ) -> pb.GetTrainingResponse:
        store = TrainingStore(connection, request.tenant_id)
        training = await store.get(UUID(request.training_id))
        return pb.GetTrainingResponse(training=wire.training_to_proto(training))

    @read
    async def ListTrainings(
        self, request: pb.ListTrainingsRequest, connection: Connection
    ) -> pb.ListTrainingsResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        store = TrainingStore(connection, request.tenant_id)
        found = await store.newest(size + 1, before=UUID(str(after[0])) if after else None)
        token = self._pages.sign(request, str(found[size - 1].id)) if len(found) > size else ""
        return pb.ListTrainingsResponse(
            trainings=[wire.training_to_proto(training) for training in found[:size]],
            next_page_token=token,
        )

    @change
    async def CancelTraining(
        self, request: pb.CancelTrainingRequest, connection: Connection
    ) -> pb.CancelTrainingResponse:
        store = TrainingStore(connection, request.tenant_id)
        training = await store.cancel(UUID(request.training_id))
        return pb.CancelTrainingResponse(training=wire.training_to_proto(training))

    @read
    async def ListModels(
        self, request: pb.ListModelsRequest, connection: Connection
    ) -> pb.ListModelsResponse:
        size, after = pages.size(request.page_size), self._pages.unsign(request)
        store = ModelStore(connection, request.tenant_id)
        found = await store.newest(size + 1, before=int(after[0]) if after else None)
        token = self._pages.sign(request, found[size - 1].version) if len(found) > size else ""
        return pb.ListModelsResponse(
            models=[wire.model_to_proto(version, whole=False) for version in found[:size]],
            next_page_token=token,
        )

    @read
    async def GetModel(
        self, request: pb.GetModelRequest, connection: Connection
    ) -> pb.GetModelResponse:
        version = await ModelStore(connection, request.tenant_id).get(request.version)
        return pb.GetModelResponse(model=wire.model_to_proto(version, whole=True))

    @change
    async def PublishModel(
        self, request: pb.PublishModelRequest, connection: Connection
    ) -> pb.PublishModelResponse:
        await ModelStore(connection, request.tenant_id).publish(request.version)
        return pb.PublishModelResponse()

    async def SuggestIntents(
        self, request: pb.SuggestIntentsRequest, context: Context
    ) -> pb.SuggestIntentsResponse:
        texts = list(dict.fromkeys(text.strip() for text in request.texts))
        vectors = await self._encoders.english.encode(texts)
        found = await asyncio.to_thread(suggest, texts, shortened(vectors, DIMENSIONS))
        return pb.SuggestIntentsResponse(
            suggestions=[
                pb.SuggestedIntent(name=one.name, texts=one.texts, examples=one.examples)
                for one in found
            ]
        )
