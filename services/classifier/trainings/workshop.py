"""Fitting in a process of its own: started, listened to, ended with whoever asked for it.

Vectors go in and come out by the file of some thousands: of 100,000 examples they are 150 MB, which
who serves need not hold, and what was encoded is kept whatever becomes of the training.
"""

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
    from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from services.classifier.intent import Example

    Vectors: TypeAlias = Mapping[int, bytes]  # half-precision bytes by key

EXAMPLES, FEELINGS, PRESET = "examples.jsonl", "feelings.jsonl", "preset"
WEIGHTS, REPORT, REFUSAL = "weights", "report.json", "refusal"
KNOWN, NEW = "known", "new"  # files of vectors
VECTORS_A_FILE = 2000
# 100,000 examples take 20 minutes of a processor, and others have it first.
FIT_SECONDS = 3 * 3600.0
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


async def _unknown() -> AsyncIterable[Vectors]:
    return
    yield


async def _unkept(_: Vectors) -> None:
    pass


async def fit(  # noqa: PLR0913  # what a training is made of
    examples: Sequence[Example],
    *,
    encoder: str = ENGLISH,
    feelings: Sequence[Example] = (),
    known: AsyncIterable[Vectors] | None = None,
    keep: Callable[[Vectors], Awaitable[None]] | None = None,
    preset: bytes = b"",
    tell: Callable[[float, str], None] = lambda _, __: None,
) -> Fitted:
    """Raise `TrainingImpossible` or `TrainingDied`; cancelled, it takes the process with it.

    `known` are vectors of an earlier training; those that are new are given to `keep` as they come.
    """
    with tempfile.TemporaryDirectory(prefix="cassava-") as name:
        folder = Path(name)
        await asyncio.to_thread(_lay_out, folder, examples, feelings, preset)
        number = 0
        async for some in known or _unknown():
            rows = np.stack([np.frombuffer(one, np.float16) for one in some.values()])
            await asyncio.to_thread(lay_vectors, folder, KNOWN, number, list(some), rows)
            number += 1
        await _run(folder, encoder, tell, keep or _unkept)
        return await asyncio.to_thread(_collect, folder)


async def _run(
    folder: Path,
    encoder: str,
    tell: Callable[[float, str], None],
    keep: Callable[[Vectors], Awaitable[None]],
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _PROCESS, str(folder), encoder), stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(FIT_SECONDS):
            if process.stdout is not None:
                async for line in process.stdout:
                    share, _, stage = line.decode().strip().partition(" ")
                    tell(float(share), stage)
                    await _hand_over(folder, keep)
            status = await process.wait()
            await _hand_over(folder, keep)
    except TimeoutError as late:
        hours = round(FIT_SECONDS / 3600)
        raise TrainingImpossible(f"not done after {hours} hours: teach fewer examples") from late
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status != 0:
        raise TrainingDied(status)


async def _hand_over(folder: Path, keep: Callable[[Vectors], Awaitable[None]]) -> None:
    for file in vector_files(folder, NEW):
        keys, rows = await asyncio.to_thread(read_vectors, file)
        await keep({key: row.tobytes() for key, row in zip(keys, rows, strict=True)})
        file.unlink()


def vector_files(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(f"{name}-*.npz"))


def read_vectors(file: Path) -> tuple[list[int], NDArray[np.float16]]:
    with np.load(file) as arrays:
        return arrays["keys"].tolist(), arrays["vectors"]


def lay_vectors(
    folder: Path, name: str, number: int, keys: Sequence[int], rows: NDArray[np.float16]
) -> None:
    """A file of its own, seen by who looks for it when it is whole."""
    unfinished = folder / f"unfinished-{name}.npz"
    np.savez(unfinished, keys=np.array(keys, np.int64), vectors=rows)
    unfinished.rename(folder / f"{name}-{number:05}.npz")


def _lay_out(
    folder: Path,
    examples: Sequence[Example],
    feelings: Sequence[Example],
    preset: bytes,
) -> None:
    for name, some in ((EXAMPLES, examples), (FEELINGS, feelings)):
        lines = (json.dumps([one.text, one.intent, one.language]) for one in some)
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if preset:
        (folder / PRESET).write_bytes(preset)


def _collect(folder: Path) -> Fitted:
    if (folder / REFUSAL).exists():
        raise TrainingImpossible((folder / REFUSAL).read_text(encoding="utf-8"))
    return Fitted(
        weights=(folder / WEIGHTS).read_bytes(),
        report=json.loads((folder / REPORT).read_text(encoding="utf-8")),
    )
