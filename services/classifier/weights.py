"""A fitted model at rest: arrays alone, so that a file of them needs no pickle."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float32]

# Goes up when the same examples would give other weights.
TRAINING_VERSION = "10"
MOST_OF_A_BYTE = 127.0
_EARLIER_SCALE = 400.0  # of a model that does not say
NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Weights:
    """What training leaves; what an earlier one did not know of is empty."""

    labels: NDArray[np.str_]
    share: Floats  # of the readers, as `Blend` has them
    terms: NDArray[np.uint32]  # sorted
    idf: Floats
    text: NDArray[np.float16]  # (terms, labels)
    text_bias: Floats
    gist: Floats  # (dimensions of `word_vectors`, labels)
    gist_bias: Floats
    centre: Floats  # of the vectors, (dimensions,)
    spread: Floats
    vector: Floats  # (dimensions, labels)
    vector_bias: Floats
    examples: NDArray[np.int8]  # vectors of the in-scope examples, (n, dimensions)
    example_scale: Floats  # a byte of `examples` that is a column of 1
    example_labels: NDArray[np.int16]
    example_keys: NDArray[np.uint64]
    densities: Floats  # of the examples
    foretelling: Floats  # `Foretelling` has it
    foretelling_bias: Floats
    placed: NDArray[np.int8]  # the examples there, times MOST_OF_A_BYTE
    placed_densities: Floats
    outside_centre: Floats
    outside_spread: Floats
    # Weights of the columns of `Scores.evidence`; of an earlier model, then those of `glances_of`.
    outside: Floats
    outside_bias: Floats
    outside_threshold: Floats
    far_below: Floats  # the nearest example's similarity
    # Of the platform's model: the same of another, for tenants too small to fit their own.
    lent_centre: Floats
    lent_spread: Floats
    lent: Floats
    lent_bias: Floats
    lent_threshold: Floats
    lent_far_below: Floats
    sure_centre: Floats
    sure_spread: Floats
    sure: Floats  # weights of the columns of `glances_of`: that the best label by words is right
    sure_bias: Floats
    sure_threshold: Floats
    beside_centre: Floats
    beside_spread: Floats
    beside: Floats  # of the same columns: that the message is out of scope
    beside_bias: Floats
    beside_threshold: Floats
    power: Floats  # makes a confidence as often right as it says
    feeling: Floats  # (dimensions, 5), or of none: the platform's is asked
    feeling_bias: Floats

    @property
    def scale(self) -> float:
        """What `examples` are multiplied by."""
        return float(self.example_scale[0]) if self.example_scale.size else _EARLIER_SCALE

    def lending(self, other: Weights) -> Weights:
        """With the other's sense of what is out of scope, to lend."""
        return replace(
            self,
            lent_centre=other.outside_centre,
            lent_spread=other.outside_spread,
            lent=other.outside,
            lent_bias=other.outside_bias,
            lent_threshold=other.outside_threshold,
            lent_far_below=other.far_below,
        )

    def to_bytes(self) -> bytes:
        file = io.BytesIO()
        np.savez_compressed(file, **{f.name: getattr(self, f.name) for f in fields(self)})
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Weights:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            known = {f.name: arrays[f.name] for f in fields(cls) if f.name in arrays}
        return cls(**{f.name: known.get(f.name, NOTHING) for f in fields(cls)})
