"""Intents, trainings and models as the contract says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cassava.classifier.v1 import intent_pb2 as pb

from mesh.errors import InvalidInput, Violation
from mesh.times import to_timestamp
from services.classifier.features import key_of
from services.classifier.intent import Example
from services.classifier.intents.store import Intent
from services.classifier.shelf import engine_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from services.classifier.intents.store import Stored
    from services.classifier.report import Report
    from services.classifier.store import Version
    from services.classifier.trainings.store import Training

_MOST_VIOLATIONS = 100


class IntentsInvalid(InvalidInput):
    """The message names the first rows, the violations a hundred."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(
            f"{len(violations)} of the examples cannot be taken; none was",
            violations=violations[:_MOST_VIOLATIONS],
        )


def intent_from_proto(said: pb.Intent) -> Intent:
    return Intent(said.name, _clean(said.description), said.least_urgency)


def examples_from_proto(said: Sequence[pb.Example]) -> list[Example]:
    """Raise `IntentsInvalid` for a text without a letter, or one that means two things."""
    seen: dict[int, str] = {}
    violations: list[Violation] = []
    for row, example in enumerate(said):
        key = key_of(_clean(example.text))
        if not any(sign.isalnum() for sign in example.text):
            violations.append(_violation(row, "has no letter and no digit"))
        elif seen.setdefault(key, example.intent) != example.intent:
            violations.append(_violation(row, f"stands under {seen[key]!r} too, in this call"))
    if violations:
        raise IntentsInvalid(violations)
    return [example_from_proto(example) for example in said]


def example_from_proto(said: pb.Example) -> Example:
    return Example(_clean(said.text), said.intent, said.language)


def check_agree(examples: Sequence[Example], stored: Mapping[int, str]) -> None:
    """Raise `IntentsInvalid` when a text stands under another intent already."""
    violations = [
        _violation(row, f"stands under {stored[key]!r} already: delete or correct it first")
        for row, example in enumerate(examples)
        if (key := key_of(example.text)) in stored and stored[key] != example.intent
    ]
    if violations:
        raise IntentsInvalid(violations)


def intent_to_proto(intent: Intent) -> pb.Intent:
    return pb.Intent(
        name=intent.name,
        description=intent.description,
        examples=intent.examples,
        least_urgency=intent.least_urgency,  # type: ignore[arg-type]  # the column's own check
    )


def stored_to_proto(stored: Stored) -> pb.Example:
    return pb.Example(
        id=str(stored.example_id),
        text=stored.example.text,
        intent=stored.example.intent,
        language=stored.example.language,
        correction=stored.is_correction,
    )


def training_to_proto(training: Training) -> pb.Training:
    return pb.Training(
        id=str(training.id),
        state=pb.Training.State.Value(f"STATE_{training.state.upper()}"),
        progress=training.progress,
        stage=training.stage,
        message=training.message,
        model_version=training.model_version,
        create_time=to_timestamp(training.created_at),
        end_time=to_timestamp(training.ended_at) if training.ended_at else None,
    )


def model_to_proto(version: Version, *, whole: bool) -> pb.IntentModel:
    return pb.IntentModel(
        version=version.version,
        live=version.is_live,
        intents=version.intents,
        examples=version.examples,
        engine=engine_of(version.fingerprint),
        create_time=to_timestamp(version.created_at),
        report=_report_to_proto(version.report, whole=whole),
    )


def _report_to_proto(report: Report, *, whole: bool) -> pb.Report:
    said = pb.Report(
        questions=report.questions,
        accuracy=report.accuracy,
        calibration_error=report.calibration_error,
        in_scope_turned_away=report.in_scope_turned_away,
        out_of_scope_questions=report.out_of_scope_questions,
        out_of_scope_recall=report.out_of_scope_recall,
    )
    if not whole:
        return said
    for one in report.intents:
        said.intents.add(
            intent=one.intent, questions=one.questions, precision=one.precision, recall=one.recall
        )
    for two in report.confusions:
        said.confusions.add(meant=two.meant, heard=two.heard, times=two.times)
    for some in report.calibration:
        said.calibration.add(
            confidence=some.confidence, accuracy=some.accuracy, answers=some.answers
        )
    for part in report.coverage:
        said.coverage.add(coverage=part.coverage, accuracy=part.accuracy)
    return said


def _violation(row: int, description: str) -> Violation:
    return Violation(f"examples[{row}].text", description)


def _clean(text: str) -> str:
    """PostgreSQL keeps no NUL."""
    return text.replace("\0", " ").strip()
