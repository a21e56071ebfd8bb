"""Fitting in a process of its own: started, listened to, ended with whoever asked for it."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from services.classifier.encoding import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from services.classifier.intent import Example

EXAMPLES, FEELINGS, VECTORS, PRESET = "examples.jsonl", "feelings.jsonl", "vectors.npz", "preset"
WEIGHTS, REPORT, NEW_VECTORS, REFUSAL = "weights", "report.json", "new.npz", "refusal"
FIT_SECONDS = 1800.0  # 100,000 examples for the first time, on a busy machine
_PROCESS = "services.classifier.trainings.process"


class TrainingDied(RuntimeError):
    def __init__(self, status: int | None) -> None:
        super().__init__(f"the training process ended with status {status}")


class TrainingImpossible(Exception):
    """The examples cannot make a model; the message says why."""


@dataclass(frozen=True, slots=True)
class Fitted:
    weights: bytes
    report: dict[str, Any]
    vectors: dict[int, bytes]  # that were not known before


async def fit(  # noqa: PLR0913  # what a training is made of
    examples: Sequence[Example],
    *,
    encoder: str = ENGLISH,
    feelings: Sequence[Example] = (),
    vectors: Mapping[int, bytes] | None = None,
    preset: bytes = b"",
    tell: Callable[[float, str], None] = lambda _, __: None,
) -> Fitted:
    """Raise `TrainingImpossible` or `TrainingDied`; cancelled, it takes the process with it."""
    with tempfile.TemporaryDirectory(prefix="cassava-") as name:
        folder = Path(name)
        await asyncio.to_thread(_lay_out, folder, examples, feelings, vectors or {}, preset)
        await _run(folder, encoder, tell)
        return await asyncio.to_thread(_collect, folder)


async def _run(folder: Path, encoder: str, tell: Callable[[float, str], None]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _PROCESS, str(folder), encoder), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(FIT_SECONDS):
            if process.stdout is not None:
                async for line in process.stdout:
                    share, _, stage = line.decode().strip().partition(" ")
                    tell(float(share), stage)
            status = await process.wait()
    except TimeoutError as late:
        minutes = round(FIT_SECONDS / 60)
        raise TrainingImpossible(
            f"not done after {minutes} minutes: teach fewer examples"
        ) from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        raise TrainingDied(status)


def _lay_out(
    folder: Path,
    examples: Sequence[Example],
    feelings: Sequence[Example],
    vectors: Mapping[int, bytes],
    preset: bytes,
) -> None:
    for name, some in ((EXAMPLES, examples), (FEELINGS, feelings)):
        lines = (json.dumps([one.text, one.intent, one.language]) for one in some)
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if preset:
        (folder / PRESET).write_bytes(preset)
    if vectors:
        rows = np.stack([np.frombuffer(one, np.float16) for one in vectors.values()])
        np.savez(folder / VECTORS, keys=np.array(list(vectors), np.int64), vectors=rows)


def _collect(folder: Path) -> Fitted:
    if (folder / REFUSAL).exists():
        raise TrainingImpossible((folder / REFUSAL).read_text(encoding="utf-8"))
    with np.load(folder / NEW_VECTORS) as arrays:
        keys, rows = arrays["keys"].tolist(), arrays["vectors"]
    return Fitted(
        weights=(folder / WEIGHTS).read_bytes(),
        report=json.loads((folder / REPORT).read_text(encoding="utf-8")),
        vectors={key: row.tobytes() for key, row in zip(keys, rows, strict=True)},
    )
