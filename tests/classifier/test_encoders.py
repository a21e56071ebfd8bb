"""The encoder that a tenant chose: from the training to what serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cassava.classifier.v1 import intent_pb2 as pb

from mesh import multilingual
from mesh.errors import InvalidInput
from services.classifier.encoding import ENCODER_ID, ENGLISH, Encoders
from services.classifier.intents.store import IntentStore
from tests.classifier.desk import a_desk

if TYPE_CHECKING:
    from mesh.encoder import Encoder
    from services.classifier.language import Languages
    from services.classifier.weights import Weights


@pytest.mark.skipif(
    not multilingual.is_installed(), reason="the extra `multilingual` is not installed"
)
async def test_a_tenant_who_chose_the_multilingual_encoder_is_understood_in_a_language_not_taught(
    database: str, encoder: Encoder, languages: Languages, weights: Weights
) -> None:
    async with a_desk(database, encoder, languages, weights) as desk:
        await desk.put()

        chosen = await desk.train(encoder=pb.ENCODER_MULTILINGUAL)
        heard = await desk.heard("à quelle heure ouvre le sauna ?")
        again = await desk.train()
        async with desk.pool.transaction("acme", readonly=True) as connection:
            store = IntentStore(connection, "acme")
            kept, of_english = [await store.vectors(name, 100) for name in (_ID, ENCODER_ID)]
        models = (await desk.intents.ListModels(pb.ListModelsRequest(tenant_id="acme"))).models

    assert chosen.state == pb.Training.STATE_PUBLISHED, chosen.message
    assert heard.intent == "spa_hours"
    assert heard.engine.endswith(_ID)
    assert again.state == pb.Training.STATE_PUBLISHED, again.message
    assert len(kept) > 18  # the intents' names and what teaches feelings, too
    assert not of_english
    ids = [model.engine.partition("+")[2] for model in models]
    assert ids == [_ID, _ID]


async def test_an_encoder_that_is_not_installed_is_refused_by_its_field(
    database: str, encoder: Encoder, languages: Languages, weights: Weights
) -> None:
    async with a_desk(database, Encoders(encoder, [ENGLISH]), languages, weights) as desk:
        await desk.put()

        with pytest.raises(InvalidInput, match="add the extra `multilingual`") as refused:
            await desk.train(encoder=pb.ENCODER_MULTILINGUAL)

    assert [violation.field for violation in refused.value.violations] == ["encoder"]


_ID = multilingual.ENCODER_ID
