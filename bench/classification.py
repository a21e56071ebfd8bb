"""How often the classifier is right, how sure it is, how fast; `python -m bench.classification`.

Each figure stands beside the floor that it has to reach. Our own held-out sentences always; public
sets from ../shared/datasets when they are there: fitted on `train`, asked `test`, once. Seconds are
of one thread's CPU; messages go through all that the servicer does with one, encoder included.
"""

from __future__ import annotations

import json
import sys
import time
import tomllib
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from bench import datasets, label_peers, labelling, running
from bench.scoring import Figure, auroc, in_scope, outside_scores, percent
from services.classifier import report, training
from services.classifier.default_model import DefaultModel
from services.classifier.encoding import (
    ENGLISH,
    MULTILINGUAL,
    installed,
    open_encoder,
    open_named,
)
from services.classifier.features import key_of
from services.classifier.intent import OUT_OF_SCOPE, Example, Heard
from services.classifier.language import Languages
from services.classifier.model import Model
from services.classifier.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from services.classifier.training import Encodes

    Asked: TypeAlias = Sequence[tuple[str, str]]
    Floats: TypeAlias = NDArray[np.float32]

DRAWS, NEAR_DRAWS = 5, 3
HIDDEN = 19
TENANTS = 20
SPEED_ROUNDS = 5
SPEED_MESSAGES = 1500
REJECTED = 0.05
SIB_LANGUAGES = {"afr": "af", "amh": "am", "arb": "ar", "deu": "de", "eng": "en", "fra": "fr",
                 "por": "pt", "sna": "sn", "som": "so", "spa": "es", "swh": "sw",
                 "yor": "yo", "zul": "zu"}  # fmt: skip
SUREST = 0.9
BAD = [
    word * (100_000 // len(word)) for word in ("@", "a@", "? ", "\U0001f600 ", "no ", "1.", "\n")
]


class Remembering:
    """The encoder with a memory that forgets nothing: what the vectors in PostgreSQL are."""

    def __init__(self) -> None:
        self._encoder = open_encoder(cached_vectors=1)
        self._known: dict[int, Floats] = {}

    def encode_now(self, texts: Sequence[str]) -> Floats:
        unknown = {key_of(text): text for text in texts if key_of(text) not in self._known}
        if unknown:
            vectors = self._encoder.encode_now(list(unknown.values()))
            self._known.update(zip(unknown, vectors, strict=True))
        return np.stack([self._known[key_of(text)] for text in texts])


def main() -> None:
    parts = {"held_out": _held_out, "banking77": _banking, "few": _few, "near": _near,
             "clinc150": _clinc, "language": _language,
             "multilingual": _multilingual, "peers": _peers}  # fmt: skip
    encoder, figures = Remembering(), []
    for name in sys.argv[1:] or parts:
        for figure in parts[name](encoder):
            figures.append(figure)
            sys.stdout.write(figure.line() + "\n")
            sys.stdout.flush()
    told = {figure.name: round(figure.value, 4) for figure in figures}
    sys.stdout.write(json.dumps(told) + "\n")


def _held_out(encoder: Remembering) -> Iterator[Figure]:
    lines = (
        (datasets.ROOT / "tests/classifier/held_out.jsonl").read_text(encoding="utf-8").splitlines()
    )
    asked = [(row["text"], row["intent"]) for row in map(json.loads, lines)]
    heard = _heard(_platform(), encoder, asked)
    right = [one.intent == intent for one, (_, intent) in zip(heard, asked, strict=True)]
    yield Figure("default intents: held-out sentences, out of scope included, %", percent(right))


def _banking(encoder: Remembering) -> Iterator[Figure]:
    if not (examples := datasets.taught("banking77/train")):
        return
    asked, feelings = datasets.pairs("banking77/test"), DefaultModel().feelings()
    encoder.encode_now([one.text for one in feelings])
    for name, some, floor in (("first time", examples, 60.0), ("again", examples, 10.0)):
        started = time.process_time()
        weights, _ = training.train(some, encoder, feelings)
        spent = time.process_time() - started
        yield Figure(f"training: 10,003 examples, {name}, CPU s", spent, floor, is_at_most=True)
    few = [examples[row] for row in np.random.default_rng(1).permutation(len(examples))[:500]]
    started = time.process_time()
    training.train(few, open_encoder(), preset=weights)
    spent = time.process_time() - started
    yield Figure("training: 500 examples, first time, CPU s", spent, 5.0, is_at_most=True)
    heard = _heard(weights, encoder, asked)
    right, sure = in_scope(heard, asked)
    surest = {part.coverage: part.accuracy for part in report.coverage(sure, right)}
    yield Figure("Banking77, %", percent(right), 94.0)
    yield Figure("Banking77: calibration error", report.calibration_error(sure, right), 0.02,
                 is_at_most=True)  # fmt: skip
    yield Figure("Banking77: right at 90 % coverage, %", surest[SUREST] * 100, 97.5)
    yield _memory(weights)
    yield from _speed(weights, asked)


def _speed(weights: Weights, asked: Asked) -> Iterator[Figure]:
    """As the servicer is asked, each text for the first time, and a bad one."""
    stored = Model(Weights.from_bytes(weights.to_bytes()), "bench")
    texts = [text for text, _ in asked[: SPEED_MESSAGES + 100]]
    by_words = sum(stored.glance(text).heard is not None for text in texts) / len(texts)
    yield Figure("cascade: answered by the words alone, %", by_words * 100)
    rounds = [labelling.in_process(stored, texts) for _ in range(SPEED_ROUNDS)]
    yield Figure(
        "cascade: messages a CPU second, median", float(np.median([r[0] for r in rounds])), 700
    )
    for share, most in ((50, None), (99, 18.0)):
        ms = float(np.median([labelling.percentile(r[1], share) for r in rounds]))
        yield Figure(f"cascade: p{share}, ms, median", ms, most, is_at_most=True)
    _, taken = labelling.over_grpc(stored, texts)
    yield Figure("Classify over gRPC, one client: p50, ms", labelling.percentile(taken, 50), 3,
                 is_at_most=True)  # fmt: skip
    a_second, _ = labelling.in_process(stored, [*texts[:100], *BAD])
    yield Figure("100 kB of nonsense: ms of CPU", 1000 / a_second, 50, is_at_most=True)


def _memory(weights: Weights) -> Figure:
    stored, before = weights.to_bytes(), running.resident()
    models = [Model(Weights.from_bytes(stored), "bench") for _ in range(TENANTS)]
    return Figure(f"memory: {len(models)} tenants of 77 intents, MB", running.resident() - before)


def _few(encoder: Remembering) -> Iterator[Figure]:
    if not (examples := datasets.taught("banking77/train")):
        return
    asked, preset = datasets.pairs("banking77/test"), _platform()
    for shots, floor in ((5, 79.5), (10, 85.5)):
        found = []
        for draw in range(DRAWS):
            some = datasets.draw(examples, shots, draw)
            weights, _ = training.train(some, encoder, preset=preset)
            found.append(percent(in_scope(_heard(weights, encoder, asked), asked)[0]))
        yield Figure(f"Banking77, {shots} examples an intent, mean of {DRAWS}, %",
                     float(np.mean(found)), floor)  # fmt: skip


def _near(encoder: Remembering) -> Iterator[Figure]:
    if not (examples := datasets.taught("banking77/train")):
        return
    names, found = sorted({example.intent for example in examples}), []
    for draw in range(NEAR_DRAWS):
        hidden = set(np.random.default_rng(draw).permutation(names)[:HIDDEN].tolist())
        taught = [example for example in examples if example.intent not in hidden]
        asked = [
            (text, OUT_OF_SCOPE if intent in hidden else intent)
            for text, intent in datasets.pairs("banking77/test")
        ]
        weights, _ = training.train(taught, encoder)
        found.append(auroc(_heard(weights, encoder, asked), asked))
    yield Figure(f"near out-of-scope, {HIDDEN} intents hidden, mean of {NEAR_DRAWS}: AUROC",
                 float(np.mean(found)), 0.92)  # fmt: skip


def _clinc(encoder: Remembering) -> Iterator[Figure]:
    if not (examples := datasets.taught("clinc150/train")):
        return
    asked = [
        *datasets.pairs("clinc150/test"),
        *((t, OUT_OF_SCOPE) for t, _ in datasets.pairs("clinc150/oos_test")),
    ]
    weights, _ = training.train(examples, encoder)
    heard = _heard(weights, encoder, asked)
    right, sure = in_scope(heard, asked)
    inside, beside = outside_scores(heard, asked)
    recall = float((beside > np.quantile(inside, 1 - REJECTED)).mean())
    yield Figure("CLINC150 in scope, %", percent(right), 95.8)
    yield Figure("CLINC150: calibration error", report.calibration_error(sure, right))
    yield Figure("CLINC150 out-of-scope: AUROC", auroc(heard, asked), 0.978)
    yield Figure("CLINC150 out-of-scope: recall at 5 % rejection, %", recall * 100, 90)
    flagged = np.array([one.is_outside for one in heard])
    is_beside = np.array([intent == OUT_OF_SCOPE for _, intent in asked])
    yield Figure("  at the model's own threshold: recall, %", percent(flagged[is_beside]))
    yield Figure("  at the model's own threshold: turned away, %", percent(flagged[~is_beside]))


def _language(_: Remembering) -> Iterator[Figure]:
    if not (datasets.DATASETS / "langid").is_dir():
        return
    known = Languages()

    def share(rows: Sequence[tuple[str, str]], *, with_prior: bool) -> float:
        among = sorted({language for language, _ in rows})
        priors = [language if with_prior else "" for language, _ in rows]
        return percent(
            [
                known.spoken(text, among, prior).language == language
                for (language, text), prior in zip(rows, priors, strict=True)
            ]
        )

    sentences, pairs = (
        [(row["lang"], row["text"]) for row in datasets.rows(f"langid/{name}")]
        for name in ("sentences", "word-pairs")
    )
    openings = [
        (SIB_LANGUAGES[row["lang"][:3]], " ".join(row["text"].split()[:5]))
        for row in datasets.rows("sib200/test")
        if row["lang"][:3] in SIB_LANGUAGES
    ]
    yield Figure("language: sentences, %", share(sentences, with_prior=False), 99)
    yield Figure("language: first five words, %", share(openings, with_prior=False), 98)
    yield Figure("language: word pairs, no prior, %", share(pairs, with_prior=False))
    yield Figure("language: word pairs, prior right, %", share(pairs, with_prior=True), 88)


def _peers(encoder: Remembering) -> Iterator[Figure]:
    return label_peers.figures(lambda weights, asked: _heard(weights, encoder, asked))


def _multilingual(english: Remembering) -> Iterator[Figure]:
    """Taught in English alone: what the tenant's choice of encoder makes of other languages."""
    file = datasets.ROOT / "tests/classifier/multilingual.toml"
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    taught = [Example(t, name, "en") for name, texts in said["taught"].items() for t in texts]
    known: list[tuple[str, Encodes]] = [(ENGLISH, english)]
    if MULTILINGUAL in installed():
        known.append((MULTILINGUAL, open_named(MULTILINGUAL)))
    preset = _platform()
    for name, encoder in known:
        weights, _ = training.train(taught, encoder, preset=preset)
        for language, intents in said["asked"].items():
            asked = [(text, intent) for intent, texts in intents.items() for text in texts]
            right, _ = in_scope(_heard(weights, encoder, asked), asked)
            yield Figure(f"taught in English, {name} encoder, asked in {language}, %",
                         percent(right))  # fmt: skip


def _platform() -> Weights:
    shipped = DefaultModel().shipped()
    if shipped is None:
        raise RuntimeError("the default examples changed since their fit: make model")
    return Weights.from_bytes(shipped)


def _heard(weights: Weights, encoder: Encodes, asked: Asked) -> list[Heard]:
    """As stored and loaded again; the vector is read where the words do not suffice."""
    model = Model(Weights.from_bytes(weights.to_bytes()), "bench")
    vectors = encoder.encode_now([text for text, _ in asked])
    glances = [model.glance(text) for text, _ in asked]
    return [
        glance.heard or model.hear(glance, vector)
        for glance, vector in zip(glances, vectors, strict=True)
    ]


if __name__ == "__main__":
    # As the services are started; numpy has read its environment by now.
    with threadpool_limits(limits=1):
        main()
