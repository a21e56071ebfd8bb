"""What can go wrong, as nine kinds of failure: each knows its status code, none knows gRPC.

MeshError                      INTERNAL: a bug, or something a peer said that none of us says
├── InvalidInput               INVALID_ARGUMENT
├── NotSignedIn                UNAUTHENTICATED
├── NotAllowed                 PERMISSION_DENIED
├── NotFound                   NOT_FOUND
├── Conflict                   FAILED_PRECONDITION: the right request in the wrong state
├── ChangedMeanwhile           ABORTED: read again, then repeat
├── TooMany                    RESOURCE_EXHAUSTED: says when to come back
├── Unavailable                UNAVAILABLE: repeating may help
└── OutOfTime                  DEADLINE_EXCEEDED
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Violation(NamedTuple):
    """One field of a request and what is wrong with it."""

    field: str
    description: str


class MeshError(Exception):
    """The message is for whoever called: no SQL, no host, no secret."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.reason = _WORD_START.sub("_", type(self).__name__).upper()


class InvalidInput(MeshError):
    code = "INVALID_ARGUMENT"

    def __init__(
        self, message: str, *, field: str = "", violations: Sequence[Violation] = ()
    ) -> None:
        super().__init__(message)
        self.violations = tuple(violations) or ((Violation(field, message),) if field else ())


class NotSignedIn(MeshError):
    code = "UNAUTHENTICATED"


class NotAllowed(MeshError):
    code = "PERMISSION_DENIED"


class NotFound(MeshError):
    code = "NOT_FOUND"


class Conflict(MeshError):
    code = "FAILED_PRECONDITION"


class ChangedMeanwhile(MeshError):
    code = "ABORTED"


class TooMany(MeshError):
    code = "RESOURCE_EXHAUSTED"

    def __init__(self, message: str, retry_after_seconds: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(MeshError):
    code = "UNAVAILABLE"


class OutOfTime(MeshError):
    code = "DEADLINE_EXCEEDED"


KINDS: tuple[type[MeshError], ...] = (
    InvalidInput,
    NotSignedIn,
    NotAllowed,
    NotFound,
    Conflict,
    ChangedMeanwhile,
    TooMany,
    Unavailable,
    OutOfTime,
)
