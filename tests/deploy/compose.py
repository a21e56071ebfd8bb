"""docker-compose.yml as Docker reads it: variables put in, checked by the specification."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import compose_spec
import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[-+])(?P<other>[^}]*))?\}")


@dataclass(frozen=True, slots=True)
class Compose:
    """The services of one file under one set of variables."""

    services: dict[str, dict[str, Any]]
    volumes: dict[str, Any]

    def environment(self, service: str) -> dict[str, str]:
        given: dict[str, str] = self.services[service].get("environment", {})
        return {name: str(value) for name, value in given.items()}


def read(variables: Mapping[str, str], file: Path = FILE) -> Compose:
    """Raises `ValueError` where the file is not what the compose specification allows."""

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: filled(value) for key, value in node.items()}
        if isinstance(node, list):
            return [filled(value) for value in node]
        return _VARIABLE.sub(value, node) if isinstance(node, str) else node

    def value(found: re.Match[str]) -> str:
        given, other = variables.get(found["name"], ""), found["other"] or ""
        if found["how"] == "+":
            return other if given else ""
        return given or other

    document = filled(yaml.safe_load(file.read_text()))
    # Anchors are YAML's, not the specification's: it gets the merged document.
    parsed = compose_spec.PyCompose.from_json(json.dumps(document))
    parsed.validate()
    return Compose(document["services"], document["volumes"])
