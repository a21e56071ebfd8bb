"""The peer: scikit-learn's pipeline for texts as it is usually written: TF-IDF, a linear model.

Taught and asked come as JSON on the standard input; answers (intent, chance) and CPU seconds leave.
"""

from __future__ import annotations

import json
import sys
import time

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def main() -> None:
    said = json.load(sys.stdin)
    texts, intents = zip(*said["taught"], strict=True)
    pipeline = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))
    began = time.process_time()
    pipeline.fit(texts, intents)
    training = time.process_time() - began
    began = time.process_time()
    answers = [_answer(pipeline, text) for text in said["asked"]]
    asking = time.process_time() - began
    json.dump({"answers": answers, "training": training, "asking": asking}, sys.stdout)


def _answer(pipeline: object, text: str) -> tuple[str, float]:
    """One at a time, as messages come."""
    (chances,) = pipeline.predict_proba([text])  # type: ignore[attr-defined]
    best = chances.argmax()
    return str(pipeline.classes_[best]), float(chances[best])  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
