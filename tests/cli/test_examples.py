"""Labelled files as people have them, and what is said of those that cannot be read."""

from __future__ import annotations

import csv
import gc
from typing import TYPE_CHECKING

import pytest

from cli.api import Refused
from cli.evaluation import Answer, Choice, compared, evaluated
from cli.examples import Example, ExamplesUnreadable, read_file
from cli.intents import _placed

if TYPE_CHECKING:
    from pathlib import Path

BOTH = [Example("where is my bus", "bus"), Example("a ticket please", "ticket")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", "text,intent\nwhere is my bus,bus\na ticket please,ticket\n"),
        ("mark.csv", "\ufeffText;Label\nwhere is my bus;bus\na ticket please;ticket\n"),
        ("twice.csv", "text,intent\nwhere is my bus,bus\nWhere is  my BUS,bus\n"
         "a ticket please,ticket\n"),
        ("tabs.tsv", "utterance\tcategory\nwhere is my bus\tbus\na ticket please\tticket\n"),
        ("lines.jsonl", '{"text":"where is my bus","intent":"bus"}\n\n'
         '{"text":"a ticket please","label":"ticket"}\n'),
        ("below.csv", "\r\n\r\ntext,intent\r\nwhere is my bus,bus\r\n\r\n"
         "a ticket please,ticket\r\n"),
        ("quoted.csv", 'intent,text\nbus,"where is my bus"\nticket,a ticket please\n'),
        ("lists.yaml", "bus:\n- where is my bus\nticket: [a ticket please]\n"),
    ],
)  # fmt: skip
def test_the_usual_files_are_read(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")

    assert read_file(tmp_path / name) == BOTH


def test_yaml_may_say_the_language(tmp_path: Path) -> None:
    (tmp_path / "by_language.yaml").write_text("bus:\n  sw: [basi liko wapi]\n", encoding="utf-8")

    assert read_file(tmp_path / "by_language.yaml") == [Example("basi liko wapi", "bus", "sw")]


def test_words_that_yaml_takes_for_values_stay_words(tmp_path: Path) -> None:
    said = "no:\n- 12:30\n- yes\nagree:\n  no: [ja]\n"
    (tmp_path / "odd.yaml").write_text(said, encoding="utf-8")

    assert read_file(tmp_path / "odd.yaml") == [
        Example("12:30", "no"), Example("yes", "no"), Example("ja", "agree", "no")
    ]  # fmt: skip


def test_a_line_separator_in_a_text_does_not_end_a_line_of_json(tmp_path: Path) -> None:
    (tmp_path / "odd.jsonl").write_bytes('{"text":"a\u2028bus","intent":"bus"}\r\n'.encode())

    assert read_file(tmp_path / "odd.jsonl") == [Example("a\u2028bus", "bus")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("wrong.csv", b"question,answer\na,b\n", "no column text or utterance; it has answer"),
        ("two.csv", b"text,intent\na bus,bus\nA  Bus,coach", "line 3: 'coach', and 'bus' at"),
        ("empty.csv", b"", "no examples"),
        ("hole.csv", b"text,intent\n,bus\n...,bus\n", "line 2: no text"),
        ("nameless.jsonl", b'{"text":"a"}\n{"text":"b","intent":"c"}', "line 1: an intent's name"),
        ("broken.jsonl", b'{"text":', "broken.jsonl: line 1 is not JSON"),
        ("latin.csv", "text,intent\ncaf\u00e9,bar\n".encode("latin-1"), "not UTF-8 at line 2"),
        ("table.xlsx", b"PK", "is none of .csv"),
        ("comma.csv", b"text,intent\nok,fine\na bus, please,bus\n", "line 3: more fields"),
        ("open.csv", b'text,intent\nok,fine\n"a bus,bus\n', "open.csv: after line 2: unexpected"),
        ("huge.csv", b"text,intent\n" + b"x" * 200_000 + b",bus\n", "line 2: the text has 200000"),
        ("first.csv", b"a bus,bus\na tram,tram\n", "The first line of a table names them"),
        ("spelt.csv", b"text,intent\na bus,Bus\na coach,bus\n", "line 3: 'bus', and 'Bus' at"),
        ("wide.csv", "text,intent\na bus,bus\n".encode("utf-16-le"), "wide.csv: is UTF-16"),
        ("list.jsonl", b'{"text":"a","intent":"b"}\n["a","b"]\n', "list.jsonl: line 2 has to be"),
        ("shapes.jsonl", b'{"text":"a","intent":["b"]}\n', "line 1: an intent's name"),
        ("half.jsonl", b'{"text":"a\\ud800","intent":"b"}\n', "line 1: half a character"),
        ("nest.jsonl", b'{"text":' + b"[" * 100_000, "nest.jsonl: nested too deeply"),
        ("nest.yaml", b"bus: " + b"[" * 5_000, "nest.yaml: nested too deeply"),
        ("key.yaml", b"? [a, b]\n: [c]\n", "an intent's name is a word"),
        ("again.yaml", b"bus: &it [a, *it]\n", "again.yaml: not YAML"),
        ("twice.yaml", b"bus: [a]\ntram: [b]\nbus: [c]\n", "'bus' stands twice"),
        ("tongue.csv", b"text,intent,language\na bus,bus,EN\na tram,tram,eng\n", "3: 'eng'"),
        ("deep.yaml", b"bus: [[a, b]]\n", "bus, example 1: no text"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_row(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    gc.collect()  # what others left behind is not ended where nothing more can be called

    with pytest.raises(ExamplesUnreadable) as refused:
        read_file(tmp_path / name)

    assert said in str(refused.value)


def test_one_long_text_does_not_change_what_others_may_read(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    (tmp_path / "some.csv").write_text("text,intent\na bus,bus\n", encoding="utf-8")

    read_file(tmp_path / "some.csv")

    assert csv.field_size_limit() == before


def test_rows_that_the_service_refuses_are_named_as_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "some.csv").write_text("text,intent\n\na bus,bus\na tram,tram\n", encoding="utf-8")
    refused = Refused(400, "1 cannot be taken; examples[1].text: stands under 'bus' already")

    said = str(_placed(refused, read_file(tmp_path / "some.csv")))

    assert "line 4: stands under 'bus' already" in said
    assert "what stands before line 3 is imported" in said


def test_an_evaluation_counts_what_was_turned_away_as_wrong() -> None:
    answers = [Answer("bus", "bus", 0.9), Answer("bus", "out_of_scope", 0.8),
               Answer("out_of_scope", "out_of_scope", 0.7)]  # fmt: skip

    figures = evaluated(answers)

    assert figures["accuracy"] == figures["in_scope_turned_away"] == 0.5
    assert figures["out_of_scope_recall"] == 1
    assert figures["accuracy_at_80%"] == 0.5
    assert figures["confusions"] == [{"meant": "bus", "heard": "out_of_scope", "times": 1}]


def test_a_model_is_compared_alone_and_where_the_embedded_label_is_not_sure() -> None:
    choices = [
        Choice(Answer("refund", "refund", 0.9), "returns"),
        Choice(Answer("refund", "shipping", 0.3), "refund"),
        Choice(Answer("shipping", "shipping", 0.2), ""),
    ]

    figures = compared(choices, below=0.4)

    accuracies = [figures[way]["accuracy"] for way in ("embedded", "model", "both")]
    assert accuracies == [0.6667, 0.6667, 1.0]
    assert (figures["asked_of_model"], figures["model_silent"]) == (0.6667, 0.3333)
