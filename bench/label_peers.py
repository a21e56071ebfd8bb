"""What others would label messages with, beside us: the same sets, seconds of one thread.

Part `peers` of `python -m bench.classification`. nlp.js is installed into a folder of its own;
where there is no node, or no registry to install it from, its rows are left out and a line says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench import datasets, labelling
from bench.scoring import Figure, percent, rank_of
from services.classifier import training
from services.classifier.default_model import DefaultModel
from services.classifier.encoding import open_encoder
from services.classifier.intent import OUT_OF_SCOPE, Example
from services.classifier.model import Model
from services.classifier.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.scoring import Asked
    from services.classifier.intent import Heard

    Hear = Callable[[Weights, Asked], Sequence[Heard]]

_PEERS = Path(__file__).parent / "peers"
_NLPJS = _PEERS / "nlpjs"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_LONGEST_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Answered:
    """`answers`: an intent and how sure; seconds are CPU's."""

    answers: Sequence[tuple[str, float]]
    training: float
    asking: float

    def figures(self, who: str, name: str, asked: Asked) -> Iterator[Figure]:
        """Right in scope, apart from what is beside it, and what both cost."""
        pairs = list(zip(self.answers, asked, strict=True))
        right = [said[0] == intent for said, (_, intent) in pairs if intent != OUT_OF_SCOPE]
        yield Figure(f"{name}, {who}: right in scope, %", percent(right))
        beside = np.array([1 - said[1] for said, (_, intent) in pairs if intent == OUT_OF_SCOPE])
        inside = np.array([1 - said[1] for said, (_, intent) in pairs if intent != OUT_OF_SCOPE])
        if len(beside):
            yield Figure(f"{name}, {who}: out of scope, AUROC", rank_of(beside, inside))
        yield Figure(f"{name}, {who}: training, CPU s", self.training)
        yield Figure(f"{name}, {who}: messages a CPU second", len(asked) / self.asking)


def figures(hear: Hear) -> Iterator[Figure]:
    """Ours first, on each set; `hear`: what our model says of what is asked."""
    beside = [(text, OUT_OF_SCOPE) for text, _ in datasets.pairs("clinc150/oos_test")]
    for name, more in (("banking77", []), ("clinc150", beside)):
        if not (taught := datasets.pairs(f"{name}/train")):
            continue
        asked = [*datasets.pairs(f"{name}/test"), *more]
        yield from _ours(hear, taught, asked).figures("Cassava", name, asked)
        peers = {"scikit-learn": [sys.executable, "-m", "bench.peers.pipeline"]}
        if node := _node():
            peers["nlp.js"] = [node, str(_NLPJS / "labels.js")]
        for who, command in peers.items():
            yield from _theirs(command, taught, asked).figures(who, name, asked)


def _ours(hear: Hear, taught: Asked, asked: Asked) -> Answered:
    """Timed through the servicer, encoder included."""
    began = time.process_time()
    examples = [Example(text, intent, "en") for text, intent in taught]
    weights, _ = training.train(examples, open_encoder(), DefaultModel().feelings())
    trained = time.process_time() - began
    answers = [(one.ranked[0].intent, 1 - one.outside) for one in hear(weights, asked)]
    model = Model(Weights.from_bytes(weights.to_bytes()), "bench")
    a_second, _ = labelling.in_process(model, [text for text, _ in asked])
    return Answered(answers, trained, len(asked) / a_second)


def _theirs(command: Sequence[str], taught: Asked, asked: Asked) -> Answered:
    said = json.dumps({"taught": taught, "asked": [text for text, _ in asked]})
    done = subprocess.run(  # noqa: S603 - ours
        command,
        input=said,
        capture_output=True,
        text=True,
        check=True,
        timeout=_LONGEST_SECONDS,
        cwd=datasets.ROOT,
        env={**os.environ, **_ONE_THREAD},
    )
    return Answered(**json.loads(done.stdout))


def _node() -> str:
    """The machine's node, with nlp.js installed beside its peer; empty where that cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        sys.stdout.write("nlp.js: left out, there is no node\n")
        return ""
    if not (_NLPJS / "node_modules").is_dir():
        install = [npm, "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"]
        if subprocess.run(install, cwd=_NLPJS, check=False).returncode:  # noqa: S603 - ours
            sys.stdout.write("nlp.js: left out, it could not be installed\n")
            return ""
    return node
