"""Labelled examples of a file: CSV, JSON Lines or YAML; what cannot be read is named by its row."""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_TEXT = ("text", "utterance", "example", "sentence", "message")
_INTENT = ("intent", "label", "category")
_HALF = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_MOST_TROUBLES = 20
_LONGEST_TEXT = 4000
_LONGEST_NAME = 100
_SAVE = "save it as UTF-8 (in Excel: CSV UTF-8)"


class ExamplesUnreadable(Exception):
    """The message names the rows and what is wrong with each."""


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    intent: str
    language: str = ""
    place: str = field(default="", compare=False)  # in its file


class _Words(yaml.BaseLoader):
    """`yes`, `no` and `12:30` stay words; a name stands once, lest the first be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        seen = set()
        for name, _ in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "an intent's name is a word, no list", name.start_mark
                )
            if name.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{name.value!r} stands twice", name.start_mark
                )
            seen.add(name.value)
        return super().construct_mapping(node, deep)


def read_file(file: Path) -> list[Example]:
    """Every example once, in the file's order; raise `ExamplesUnreadable`."""
    readers = {".csv": _csv, ".tsv": _csv, ".jsonl": _jsonl, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise ExamplesUnreadable(f"{file.name} is none of {', '.join(readers)}")
    try:
        text = file.read_text(encoding="utf-8-sig")  # spreadsheets begin with a byte-order mark
        if "\0" in text.partition("\n")[0]:
            raise ExamplesUnreadable(f"is UTF-16: {_SAVE}")
        return _checked(reader(text))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ExamplesUnreadable(f"{file.name} is not UTF-8 at line {line}: {_SAVE}") from error
    except OSError as error:
        raise ExamplesUnreadable(f"{file.name} cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise ExamplesUnreadable(f"{file.name}: nested too deeply") from error
    except ExamplesUnreadable as trouble:
        raise ExamplesUnreadable(f"{file.name}: {trouble}") from trouble.__cause__


def _csv(text: str) -> list[tuple[str, dict[str, Any]]]:
    if not text.strip():
        return []
    table = text.lstrip("\r\n")
    above = text[: len(text) - len(table)].count("\n")
    separator = max(",;\t", key=table.partition("\n")[0].count)
    # A text that is too long is named by its row; the limit is everybody's.
    csv.field_size_limit(max(len(table), csv.field_size_limit()))
    rows = csv.DictReader(io.StringIO(table, newline=""), delimiter=separator, strict=True)
    found: list[tuple[str, dict[Any, Any]]] = []
    try:
        found.extend((f"line {above + rows.line_num}", row) for row in rows)
    except csv.Error as error:
        last = found[-1][0] if found else "the first line"
        raise ExamplesUnreadable(
            f"after {last}: {error}; a quotation mark that opens has to close, "
            "one within is doubled"
        ) from error
    if crowded := [place for place, row in found if any(row.get(None, ()))]:
        raise ExamplesUnreadable(
            f"{', '.join(crowded[:_MOST_TROUBLES])}: more fields than the first line has; "
            f"a text with {separator!r} in it has to stand in quotes"
        )
    return [(place, _lowered(row)) for place, row in found]


def _jsonl(text: str) -> list[tuple[str, dict[str, Any]]]:
    rows: list[tuple[str, dict[str, Any]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except ValueError as error:
            raise ExamplesUnreadable(f"line {number} is not JSON: {error}") from error
        if not isinstance(said, dict):
            raise ExamplesUnreadable(f'line {number} has to be like {{"text": …, "intent": …}}')
        rows.append((f"line {number}", _lowered(said)))
    return rows


def _yaml(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Intents with their examples: `name: [text, …]`, or by language `name: {en: [text, …]}`."""
    try:
        said = yaml.load(text, _Words) or {}  # noqa: S506  # it makes strings, lists and maps alone
    except yaml.YAMLError as error:
        raise ExamplesUnreadable(f"not YAML: {error}") from error
    if not isinstance(said, dict):
        raise ExamplesUnreadable("YAML has to be intents with lists of examples")
    rows: list[tuple[str, dict[str, Any]]] = []
    for intent, told in said.items():
        by_language = told if isinstance(told, dict) else {"": told}
        for language, texts in by_language.items():
            for number, one in enumerate(texts if isinstance(texts, list) else [texts], start=1):
                said_once = one if isinstance(one, str) else ""
                row = {"text": said_once, "intent": intent, "language": language}
                rows.append((f"{intent}, example {number}", row))
    return rows


def _checked(rows: list[tuple[str, dict[str, Any]]]) -> list[Example]:
    if not rows:
        raise ExamplesUnreadable("it has no examples")
    columns = sorted({str(column) for _, row in rows[:100] for column in row})
    for wanted in (_TEXT, _INTENT):
        if not set(wanted) & set(columns):
            raise ExamplesUnreadable(
                f"no column {' or '.join(wanted[:2])}; it has {', '.join(columns)}. "
                "The first line of a table names them, as in text,intent"
            )
    troubles: list[str] = []
    found: dict[str, Example] = {}
    spelt: dict[str, Example] = {}
    for place, row in rows:
        language = _first(row, ("language",)).lower()
        example = Example(_first(row, _TEXT), _first(row, _INTENT), language, place)
        key = " ".join(example.text.casefold().split())
        alike = spelt.setdefault(example.intent.casefold(), example)
        if trouble := _trouble(example) or _clash(example, found.get(key), alike):
            troubles.append(f"{place}: {trouble}")
        found.setdefault(key, example)
    if troubles:
        more = len(troubles) - _MOST_TROUBLES
        shown = [*troubles[:_MOST_TROUBLES], *([f"and {more} more"] if more > 0 else [])]
        raise ExamplesUnreadable("\n".join(["cannot be imported", *shown]))
    return list(found.values())


def _trouble(example: Example) -> str:
    if not any(sign.isalnum() for sign in example.text):
        return "no text"
    if len(example.text) > _LONGEST_TEXT:
        return f"the text has {len(example.text)} characters, {_LONGEST_TEXT} are the most"
    if _HALF.search(example.text + example.intent):
        return "half a character (a lone surrogate): write it anew"
    if not example.intent or len(example.intent) > _LONGEST_NAME:
        return f"an intent's name has 1 to {_LONGEST_NAME} characters"
    if not _LANGUAGE.fullmatch(example.language):
        return f"{example.language!r} is no language: two letters as in 'en', or nothing"
    return ""


def _clash(example: Example, before: Example | None, alike: Example) -> str:
    """`before`: the same text above; `alike`: the first whose intent is spelt like this one's."""
    if before and before.intent != example.intent:
        return f"{example.intent!r}, and {before.intent!r} at {before.place}: the same text"
    if alike.intent != example.intent:
        return f"{example.intent!r}, and {alike.intent!r} at {alike.place}: choose one spelling"
    return ""


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str:
    value = next((row[name] for name in names if row.get(name) is not None), "")
    return ("" if isinstance(value, list | dict) else str(value)).replace("\0", " ").strip()


def _lowered(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(column).strip().lower(): value for column, value in row.items()}
