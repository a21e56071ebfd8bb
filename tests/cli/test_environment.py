"""Where variables come from."""

from pathlib import Path

import pytest

from cli.doctor import check_environment
from cli.environment import Environment, EnvironmentTrouble, read_dotenv


def source(environment: Environment, name: str) -> str:
    found = environment.origin(name)
    assert found is not None
    return found.source


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("export A = 1", "1"),
        ("A='a # b'", "a # b"),
        ('A="x=y"', "x=y"),
        ("A=1 # why", "1"),
        ("A=a#b", "a#b"),
        ("A=", ""),
    ],
)
def test_a_line_reads_as_compose_reads_it(line: str, value: str) -> None:
    assert read_dotenv(f"# first\n\n{line}\n") == {"A": value}


def test_a_line_that_is_none_is_named_without_its_words() -> None:
    with pytest.raises(EnvironmentTrouble, match=r"line 2") as trouble:
        read_dotenv("A=1\nsk-secret\n")

    assert "sk-secret" not in str(trouble.value)


def test_the_process_wins_over_the_file() -> None:
    environment = Environment({"A": "process"}, {"A": "file", "B": "file"})

    assert environment.merged() == {"A": "process", "B": "file"}
    assert [source(environment, name) for name in "AB"] == ["environment", ".env"]


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hidden\n")
    environment = Environment({}, {"A_FILE": str(tmp_path / "key")})

    assert environment.get("A") == "hidden"
    assert source(environment, "A") == ".env, A_FILE"


def test_a_value_of_the_process_hides_a_file_named_in_dotenv() -> None:
    environment = Environment({"A": "process"}, {"A_FILE": "/nowhere"})

    assert "A_FILE" not in environment.merged()


def test_a_misspelt_variable_is_named_with_its_likely_meaning() -> None:
    checks = list(check_environment(Environment({"CASSAVA_MESH_KEYS": "x"}, {})))

    wrong = next(check for check in checks if check.name == "CASSAVA_MESH_KEYS")
    assert (wrong.state, wrong.remedy) == ("warning", "did you mean CASSAVA_MESH_KEY?")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MISTRAL_API_KEY", '"abcdefghijklmnopqrstuvwxyz012345"'),
        ("MISTRAL_API_KEY", "your-key-here"),
        ("CASSAVA_PLATFORM_KEY", "csk_only"),
        ("CASSAVA_MESH_KEY", "tiny#1"),
        ("CASSAVA_DATABASE_URL", "mysql://host/db"),
        ("CASSAVA_LISTEN", "70707"),
        ("CASSAVA_LOG_LEVEL", "loud"),
    ],
)
def test_a_malformed_value_fails_and_is_never_shown(name: str, value: str) -> None:
    checks = list(check_environment(Environment({name: value}, {})))

    wrong = next(check for check in checks if check.name == name)
    assert wrong.state == "failed"
    assert value not in f"{wrong.cause}{wrong.remedy}"
