"""One line of `cassava doctor`: what was looked at, how it is, why, and what to do."""

from dataclasses import asdict, dataclass

OK, WARNING, FAILED = "ok", "warning", "failed"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    state: str
    cause: str = ""
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)
