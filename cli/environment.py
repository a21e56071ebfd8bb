"""The variables a command works with, and where each one came from."""

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*)$")
_FILE_SUFFIX = "_FILE"


class EnvironmentTrouble(Exception):
    """A line or file of the environment cannot be read; the message says which, not what."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: `environment`, `.env`, or the file its NAME_FILE points to."""

    source: str
    value: str


class Environment:
    """`.env` of the working directory under the process environment, which wins."""

    def __init__(
        self,
        process: Mapping[str, str],
        dotenv: Mapping[str, str],
        twice: Collection[str] = (),
    ) -> None:
        """`twice` are names that `.env` gives more than one value; its last counts."""
        self._process = process
        self._dotenv = dotenv
        self._twice = twice

    @classmethod
    def here(cls, directory: Path | None = None) -> "Environment":
        file = (directory or Path.cwd()) / ".env"
        try:
            text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
        except UnicodeDecodeError:
            raise EnvironmentTrouble(".env is not UTF-8; save it as UTF-8 text") from None
        except OSError as error:
            raise EnvironmentTrouble(f".env cannot be read: {error.strerror}") from None
        return cls(dict(os.environ), read_dotenv(text), repeated(text))

    def names(self) -> set[str]:
        return {*self._process, *self._dotenv}

    def merged(self) -> dict[str, str]:
        """What a child gets. A NAME given here hides a NAME_FILE of `.env`, not the reverse."""
        inherited = {
            name: value
            for name, value in self._dotenv.items()
            if name.removesuffix(_FILE_SUFFIX) not in self._process
        }
        return inherited | dict(self._process)

    def origin(self, name: str) -> Origin | None:
        """None: nobody says anything, the default counts. Empty values count as not given."""
        for source, variables in (("environment", self._process), (".env", self._dotenv)):
            if value := variables.get(name, "").strip():
                return Origin(source, value)
            if path := variables.get(name + _FILE_SUFFIX, "").strip():
                return Origin(f"{source}, {name}{_FILE_SUFFIX}", _content(name, Path(path)))
        return None

    def passed_over(self, name: str) -> str:
        """Where else it is given another value, which does not count; empty: nowhere."""
        given = [
            (source, key, value)
            for source, variables in (("environment", self._process), (".env", self._dotenv))
            for key in (name, name + _FILE_SUFFIX)
            if (value := variables.get(key, "").strip())
        ]
        others = [
            f"{key} in {'the ' if source == 'environment' else ''}{source}"
            for source, key, value in given[1:]
            if (key, value) != given[0][1:]
        ]
        if name in self._twice and given and given[0][0] == ".env":
            others.append("an earlier line of .env")
        return " and ".join(others)

    def get(self, name: str, default: str = "") -> str:
        found = self.origin(name)
        return found.value if found else default


def read_dotenv(text: str) -> dict[str, str]:
    """NAME=value lines, as docker compose reads them: quotes taken off, `#` after a space."""
    variables = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (found := _LINE.match(line)) is None:
            raise EnvironmentTrouble(f".env, line {number}: not NAME=value")
        variables[found["name"]] = _unquoted(found["value"].strip())
    return variables


def repeated(text: str) -> set[str]:
    """Names with two lines of different values."""
    seen: dict[str, str] = {}
    found = (_LINE.match(line) for line in text.splitlines() if not line.lstrip().startswith("#"))
    return {
        line["name"]
        for line in found
        if line and seen.setdefault(line["name"], line["value"]) != line["value"]
    }


def _unquoted(value: str) -> str:
    quote = value[:1]
    if quote in {"'", '"'} and (end := value.find(quote, 1)) > 0:
        return value[1:end]
    return re.split(r"\s+#|^#", value, maxsplit=1)[0].strip()


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvironmentTrouble(
            f"{name}{_FILE_SUFFIX} points to {path}: {error.strerror}"
        ) from error
