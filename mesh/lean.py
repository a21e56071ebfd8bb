"""Less memory: imports without what they take along, and what starting used given back."""

from __future__ import annotations

import contextlib
import ctypes
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SMAPS = "/proc/self/smaps"
# A mapping's first line: its addresses, that it is code, and which file's (0: no file's).
_CODE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-xp \S+ \S+ [1-9]\d*\s")
_FIRST_LINE = re.compile(r"[0-9a-f]+-[0-9a-f]+ ")
_MADV_DONTNEED = 4


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Within the block none of them can be imported; what has them already keeps them.

    For optional helpers of a library that every process imports: megabytes that are never used.
    """
    hidden = {name: sys.modules.get(name) for name in packages}
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type]  # None: not importable
    try:
        yield
    finally:
        for name, module in hidden.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def give_back() -> None:
    """What was freed since the start goes to the system, and so do the pages of code that only
    starting ran; what is needed after all comes back from the page cache. Linux alone does it.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    with contextlib.suppress(OSError, AttributeError):  # no /proc; a libc without malloc_trim
        libc.malloc_trim(0)
        with open(_SMAPS, encoding="utf-8") as file:  # noqa: PTH123  # not a path of ours
            found = list(unwritten_code(file))
        for start, end in found:
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_DONTNEED)


def unwritten_code(smaps: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Addresses of code that is as its file has it: pages that were written would be lost."""
    place: tuple[int, int] | None = None
    for line in smaps:
        if _FIRST_LINE.match(line):
            code = _CODE.match(line)
            place = (int(code[1], 16), int(code[2], 16)) if code else None
        elif place and line.startswith("Anonymous:"):
            if line.split()[1] == "0":
                yield place
            place = None
