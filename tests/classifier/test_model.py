"""What the model hears, and what it says of texts that are hardly any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mesh.encoder import Encoder as MiniLM
from mesh.word_vectors import mean_of
from services.classifier import training
from services.classifier.default_model import DefaultModel
from services.classifier.features import normalised, terms
from services.classifier.foretelling import densities_of, standing_of
from services.classifier.intent import name_as_words
from services.classifier.model import Model
from services.classifier.regression import Gate
from services.classifier.trial import Taught
from services.classifier.weights import NOTHING
from services.classifier.words import counted, gists_of

if TYPE_CHECKING:
    from mesh.encoder import Encoder
    from services.classifier.weights import Weights
    from tests.classifier.conftest import Reader


_PARTS = ("_centre", "_spread", "", "_bias", "_threshold")
_FIRST_OF_WORDS = 5  # signs that the first models of words and vector read


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I need help with billing", "billing_question"),
        ("BILLING!!", "billing_question"),
        ("pasword forgoten", "password_reset"),
        ("Hello, hope you are well. I placed an order two weeks ago and have heard nothing "
         "since. Could you tell me where it is? Kind regards, Ann", "order_status"),
        ("hi\nmy card was declined", "payment_failed"),
        ("thanks!", "thanks"),
    ],
)  # fmt: skip
def test_an_intent_is_heard_in_short_misspelt_and_long_words(
    read: Reader, text: str, intent: str
) -> None:
    assert read(text).heard.intent == intent


def test_a_model_that_was_fitted_to_shorter_vectors_hears_what_it_heard(encoder: Encoder) -> None:
    examples = DefaultModel().intents()[::7]
    plain = MiniLM(cached_vectors=1, pieces=96)
    model = Model(training.train(examples, plain)[0], "earlier")
    texts = ["where is my parcel", "i want my money back", "sing me a song"]

    for text, long, short in zip(
        texts, encoder.encode_now(texts), plain.encode_now(texts), strict=True
    ):
        glance = model.glance(text)
        by_long, by_short = model.hear(glance, long), model.hear(glance, short)

        assert long.shape != short.shape
        assert by_long.intent == by_short.intent
        assert by_long.outside == pytest.approx(by_short.outside, abs=1e-3)
        assert model.nearest(long, 1)[0].key == model.nearest(short, 1)[0].key


@pytest.mark.parametrize("text", ["", " ", "?", "😀😀", "\u0000", "1234567", "a" * 5000, "\ud83d"])
def test_hardly_any_text_gets_labels_too(read: Reader, text: str) -> None:
    labels = read(text)

    assert 0 <= labels.heard.confidence <= 1
    assert 0 <= labels.spoken.confidence <= 1


def test_intents_come_best_first_and_the_chosen_one_is_among_them(read: Reader) -> None:
    heard = read("where is my refund").heard

    confidences = [scored.confidence for scored in heard.ranked]

    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=0.01)
    assert heard.alternatives[0].intent == heard.intent == "refund_request"


def test_out_of_scope_leads_the_alternatives_when_chosen(read: Reader) -> None:
    heard = read("What is the capital of Mongolia?").heard

    assert heard.is_outside
    assert heard.alternatives[0].intent == "out_of_scope"
    assert heard.alternatives[1].intent != "out_of_scope"


def test_greetings_and_thanks_are_courtesy_and_a_question_is_not(read: Reader) -> None:
    assert read("good morning").heard.is_courtesy
    assert read("thanks a million").heard.is_courtesy
    assert not read("good morning, where is my parcel?").heard.is_courtesy


def test_a_model_that_was_fitted_on_fewer_signs_goes_on_to_hear(
    encoder: Encoder, weights: Weights
) -> None:
    fewer: dict[str, Any] = {}
    for part in ("", "_centre", "_spread"):
        for gate in ("sure", "beside"):
            fewer[gate + part] = getattr(weights, gate + part)[:_FIRST_OF_WORDS]
        # Behind those of the whole model stood those of the words.
        behind = np.full(_FIRST_OF_WORDS, float(part == "_spread"), np.float32)
        fewer[f"outside{part}"] = np.append(getattr(weights, f"outside{part}")[:-1], behind)
    # It had no gist and one share, and added chances; examples had one scale.
    unknown = ("gist", "gist_bias", "densities", "foretelling", "foretelling_bias", "placed",
               "placed_densities", "example_scale")  # fmt: skip
    before: dict[str, Any] = dict.fromkeys(unknown, NOTHING) | {
        "share": np.full(1, 0.4, np.float32),
        "examples": (weights.examples * (400 / weights.scale)).clip(-127, 127).astype(np.int8),
    }
    earlier = Model(replace(weights, **fewer, **before), "earlier")
    text = "where is my parcel"

    heard = earlier.hear(earlier.glance(text), encoder.encode_now([text])[0])

    assert heard.ranked[0].intent == "order_status"


def test_serving_tells_of_a_text_what_training_told_of_it(
    encoder: Encoder,
) -> None:
    examples = [one for one in DefaultModel().intents() if one.language == "en"]
    weights, _ = training.train(examples, encoder)
    model = Model(weights, "under test")
    texts = [*(one.text for one in examples), *map(name_as_words, model.intents)]
    names = np.array([*(one.intent for one in examples), *model.intents])
    taught = Taught(
        texts, counted(texts), gists_of(texts), encoder.encode_now(texts), names, names != ""
    )
    heads = taught.fit(taught.is_asked)
    asked = ["where is my parcel", "give me my money back", "who won the cup in 1998", "my cat is"]
    vectors = encoder.encode_now(asked)
    glances = heads.glances(counted(asked), gists_of(asked))
    fitted = Gate(*(getattr(weights, f"outside{part}") for part in _PARTS))
    beside = Gate(*(getattr(weights, f"beside{part}") for part in _PARTS))

    seen = [model.glance(text) for text in asked]
    heard = [model.hear(*both) for both in zip(seen, vectors, strict=True)]

    told = fitted(heads.scores(glances, vectors).evidence)
    assert [one.outside for one in heard] == pytest.approx(told.tolist(), abs=0.02)
    by_words = beside(glances.columns)
    assert [one.beside for one in seen] == pytest.approx(by_words.tolist(), abs=0.02)


def test_an_example_is_as_like_itself_as_can_be(encoder: Encoder, model: Model) -> None:
    text = DefaultModel().intents()[0].text

    nearest = model.nearest(encoder.encode_now([text])[0], 1)[0]

    assert nearest.similarity == pytest.approx(1, abs=0.005)


def test_as_far_from_examples_that_lie_close_a_text_stands_out_more() -> None:
    alike, apart = np.array([[0.8, 0.7, 0.6]], np.float32), np.ones(3, np.float32)

    among_close, among_loose = (standing_of(alike, apart * density) for density in (0.9, 0.5))

    assert among_close[0, 0] == among_loose[0, 0]
    assert among_close[0, 1] < among_loose[0, 1]


def test_an_example_without_another_of_its_kind_lies_as_dense_as_the_rest() -> None:
    close = np.array([[1, 0], [1, 0.1], [1, 0.2], [0, 1]], np.float32)
    rows = close / np.linalg.norm(close, axis=1, keepdims=True)

    densities = densities_of(rows, np.array([0, 0, 0, 1]))

    assert densities[3] == pytest.approx(densities[:3].mean())
    assert densities_of(rows[2:], np.array([0, 1])).tolist() == [0.5, 0.5]


def test_words_that_mean_alike_are_near_without_a_run_of_the_encoder() -> None:
    said = {word: mean_of([word]) for word in ("parcel", "package", "password")}

    assert said["parcel"] @ said["package"] > said["parcel"] @ said["password"] + 0.1


def test_numbers_addresses_and_curly_marks_lose_their_value() -> None:
    assert normalised("Order 4711, see HTTPS://x.io/a") == "order 0, see www"
    assert terms("I can\u2019t") == terms("i can't")
