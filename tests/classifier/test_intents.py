"""A tenant's own intents, from examples to a model that serves, through the real service."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from cassava.classifier.v1 import classifier_pb2 as classify_pb
from cassava.classifier.v1 import intent_pb2 as pb
from cassava.type.v1 import classification_pb2

from mesh.errors import Conflict, MeshError, NotFound
from services.classifier.report import Report
from services.classifier.store import ModelStore
from services.classifier.trainings.store import TrainingStore
from tests.classifier.conftest import a_database
from tests.classifier.desk import SAID, Desk, a_desk
from tests.classifier.known import Known

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cli.embedded.postgres import Postgres
    from mesh.encoder import Encoder
    from services.classifier.language import Languages
    from services.classifier.weights import Weights


@pytest.fixture(scope="module")
async def taught(
    postgres: Postgres, encoder: Encoder, languages: Languages, weights: Weights
) -> AsyncIterator[Desk]:
    """Where `acme` taught and trained, once for all: a training takes seconds."""
    async with (
        a_database(postgres) as url,
        a_desk(url, encoder, languages, weights) as desk,
    ):
        await desk.put()
        least = pb.Intent(name="late_checkout", least_urgency=classification_pb2.URGENCY_HIGH)
        await desk.intents.PutIntents(pb.PutIntentsRequest(tenant_id="acme", intents=[least]))
        await desk.train()
        yield desk


async def test_what_a_tenant_teaches_labels_its_messages_and_nobody_elses(taught: Desk) -> None:
    assert (await taught.heard("could I check out later on Tuesday?")).intent == "late_checkout"
    assert (await taught.heard("where is my parcel", tenant="other")).intent == "order_status"


async def test_another_replica_serves_a_published_model_and_rolls_back_with_it(
    taught: Desk,
) -> None:
    other = Known(taught.pool)
    await other.stock(asyncio.Event())

    await other.look()
    published = (await other.serving("acme")).version
    await taught.publish(0)
    await other.look()
    rolled_back = (await other.serving("acme")).version
    await taught.publish(1)

    assert (published, rolled_back) == (1, 0)


async def test_a_greeting_is_heard_where_a_tenant_taught_none(taught: Desk) -> None:
    heard = await taught.heard("thank you so much")

    assert heard.intent == "thanks"
    assert heard.courtesy


async def test_a_label_is_explained_by_the_nearest_examples_and_the_strongest_words(
    taught: Desk,
) -> None:
    request = classify_pb.ExplainRequest(tenant_id="acme", text="when does the sauna close")

    why = await taught.words.Explain(request)

    assert why.intent == "spa_hours"
    assert why.examples[0].text == "when does the sauna open"
    assert why.examples[0].similarity > why.examples[-1].similarity
    assert "sauna" in {spoken.term for spoken in why.terms}


async def test_the_report_is_kept_with_the_model(taught: Desk) -> None:
    model = (await taught.intents.GetModel(pb.GetModelRequest(tenant_id="acme", version=1))).model

    assert model.live
    assert (model.intents, model.examples) == (3, 18)
    assert model.report.questions == 18
    assert {one.intent for one in model.report.intents} == set(SAID)
    assert model.report.coverage[0].accuracy == pytest.approx(model.report.accuracy)
    assert sum(part.answers for part in model.report.calibration) == 18


async def test_the_tenant_says_how_urgent_an_intent_is_at_least(taught: Desk) -> None:
    heard = await taught.heard("can I check out at two in the afternoon")

    assert heard.urgency == classification_pb2.URGENCY_HIGH
    assert "says the tenant" in heard.urgency_reasons[0]


async def test_a_worse_model_does_not_replace_the_live_one_and_can_be_published_by_hand(
    taught: Desk,
) -> None:
    async with taught.pool.transaction("acme") as connection:
        store = ModelStore(connection, "acme")
        better = Report(questions=1000, accuracy=1.0)
        found = await store.get(1)
        await store.publish(await store.add(found.fingerprint, 3, 18, better))
    # The same under two names: half of it cannot be told apart.
    await taught.put({"spa_times": [f"{text}?" for text in SAID["spa_hours"]]})

    refused = await taught.train()
    serves = (await taught.shelf.serving("acme")).version
    await taught.publish(refused.model_version)
    await taught.shelf.look()

    assert refused.state == pb.Training.STATE_REFUSED, refused.message
    assert serves == 2
    assert (await taught.shelf.serving("acme")).version == refused.model_version == 3
    await taught.publish(1)
    await taught.shelf.look()


async def test_a_correction_becomes_an_example_and_moves_one_that_stood_elsewhere(
    desk: Desk,
) -> None:
    await desk.put()
    moved = pb.Example(text="Spa opening TIMES", intent="book_room")

    await desk.intents.CorrectIntent(pb.CorrectIntentRequest(tenant_id="acme", example=moved))

    listed = await desk.intents.ListExamples(
        pb.ListExamplesRequest(tenant_id="acme", intent="book_room")
    )
    assert [one.text for one in listed.examples if one.correction] == ["spa opening times"]


async def test_an_example_is_reworded_moved_and_removed_by_its_id(desk: Desk) -> None:
    await desk.put()
    old = (await desk.examples("spa_hours"))[0]
    new = pb.Example(text="when may I use the sauna", intent="book_room", language="en")
    at = {"tenant_id": "acme", "example_id": old.id}

    changed = await desk.intents.UpdateExample(pb.UpdateExampleRequest(**at, example=new))
    moved = [one for one in await desk.examples("book_room") if one.id == old.id]
    await desk.intents.DeleteExample(pb.DeleteExampleRequest(**at))

    assert [changed.example] == moved
    assert (moved[0].text, moved[0].language) == ("when may I use the sauna", "en")
    assert old.id not in {one.id for one in await desk.examples()}
    with pytest.raises(NotFound) as missing:
        await desk.intents.UpdateExample(pb.UpdateExampleRequest(**at, example=new))
    assert missing.value.reason == "EXAMPLE_NOT_FOUND"


@pytest.mark.parametrize(
    ("text", "intent", "reason"),
    [
        ("Spa opening  TIMES", "spa_hours", "EXAMPLE_KNOWN"),
        ("a new one", "never_taught", "INTENT_NOT_FOUND"),
        ("?!", "spa_hours", "INTENTS_INVALID"),
    ],
)
async def test_an_example_cannot_become_another_or_nothing(
    desk: Desk, text: str, intent: str, reason: str
) -> None:
    await desk.put()
    before = await desk.examples()
    example = pb.Example(text=text, intent=intent)

    with pytest.raises(MeshError) as refused:
        await desk.intents.UpdateExample(
            pb.UpdateExampleRequest(tenant_id="acme", example_id=before[0].id, example=example)
        )

    assert refused.value.reason == reason
    assert await desk.examples() == before


async def test_trainings_are_listed_newest_first(desk: Desk) -> None:
    await desk.put()
    started = []
    for _ in range(3):
        one = await desk.intents.StartTraining(pb.StartTrainingRequest(tenant_id="acme"))
        started.append(one.training.id)
        await desk.intents.CancelTraining(
            pb.CancelTrainingRequest(tenant_id="acme", training_id=started[-1])
        )
    asked = pb.ListTrainingsRequest(tenant_id="acme", page_size=2)

    first = await desk.intents.ListTrainings(asked)
    asked.page_token = first.next_page_token
    second = await desk.intents.ListTrainings(asked)

    assert [one.id for one in (*first.trainings, *second.trainings)] == started[::-1]
    assert first.trainings[0].state == pb.Training.STATE_CANCELLED
    assert second.next_page_token == ""


async def test_a_customers_words_leave_the_corrections_and_nothing_that_was_taught(
    desk: Desk,
) -> None:
    await desk.put()
    said = pb.Example(text="My  ROOM was cold", intent="book_room")
    await desk.intents.CorrectIntent(pb.CorrectIntentRequest(tenant_id="acme", example=said))
    texts = ("my room was COLD", "spa opening times")

    forget = pb.ForgetTextsRequest(
        tenant_id="acme", text_hashes=[sha256(text.casefold().encode()).digest() for text in texts]
    )
    gone = await desk.intents.ForgetTexts(forget)

    listed = await desk.intents.ListExamples(pb.ListExamplesRequest(tenant_id="acme"))
    left = {one.text for one in listed.examples}
    assert gone.corrections == 1
    assert ("My  ROOM was cold" in left, "spa opening times" in left) == (False, True)


async def test_one_intent_is_not_enough_to_train(desk: Desk) -> None:
    await desk.put({"only": ["one thing", "another thing"]})

    with pytest.raises(Conflict) as refused:
        await desk.intents.StartTraining(pb.StartTrainingRequest(tenant_id="acme"))

    assert refused.value.reason == "NOT_ENOUGH_EXAMPLES"


async def test_one_training_of_a_tenant_runs_at_a_time_and_a_cancelled_one_leaves_no_model(
    desk: Desk,
) -> None:
    await desk.put()
    first = await desk.intents.StartTraining(pb.StartTrainingRequest(tenant_id="acme"))
    with pytest.raises(Conflict):
        await desk.intents.StartTraining(pb.StartTrainingRequest(tenant_id="acme"))
    async with desk.pool.transaction(None) as connection:
        claim = await TrainingStore(connection).claim()
    assert claim is not None
    work = asyncio.create_task(desk.trainer.train(claim))

    await desk.intents.CancelTraining(
        pb.CancelTrainingRequest(tenant_id="acme", training_id=first.training.id)
    )
    await work

    assert (await desk.training(first.training.id)).state == pb.Training.STATE_CANCELLED
    models = await desk.intents.ListModels(pb.ListModelsRequest(tenant_id="acme"))
    assert list(models.models) == []


async def test_a_model_that_is_not_there_cannot_be_published(desk: Desk) -> None:
    with pytest.raises(NotFound) as missing:
        await desk.publish(7)

    assert missing.value.reason == "MODEL_NOT_FOUND"


async def test_unmatched_texts_are_grouped_and_named(desk: Desk) -> None:
    about_parking = ["is there parking", "where can I park my car", "do you have a car park",
                     "how much is parking a night"]  # fmt: skip
    about_dogs = ["may I bring my dog", "can I take my dog with me", "can my dog stay too"]
    request = pb.SuggestIntentsRequest(tenant_id="acme", texts=[*about_parking, *about_dogs])

    found = (await desk.intents.SuggestIntents(request)).suggestions

    assert [one.texts for one in found] == [4, 3]
    assert ("park" in found[0].name, "dog" in found[1].name) == (True, True)
