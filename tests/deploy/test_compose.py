"""One Docker host: what docker-compose.yml says, without an engine."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import yaml
from pydantic import AliasChoices

from cli.doctor import check_environment
from cli.environment import Environment, read_dotenv
from mesh.settings import MeshSettings
from tests.deploy import compose
from tests.deploy.compose import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = {
    "gateway": "gateway", "worker": "gateway", "tickets": "tickets", "classifier": "classifier",
    "responder": "responder", "analytics": "analytics",
}  # fmt: skip
ONE_SHOT = {"secrets", "migrate"}
EXAMPLE = ROOT / ".env.example"
# Not variables of a container: embedded mode only, the edge's own, or not built yet.
NOT_PASSED_ON = {"CASSAVA_ANONYMOUS_TENANT"}


@pytest.fixture(scope="module")
def plain() -> compose.Compose:
    return compose.read({})


def variables_of(package: str) -> Iterator[str]:
    """What a service's Settings read, by the names in the environment."""
    settings = importlib.import_module(f"services.{package}.settings").Settings
    for name, field in cast("type[MeshSettings]", settings).model_fields.items():
        alias = field.validation_alias
        yield (
            str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"CASSAVA_{name.upper()}"
        )


def test_it_is_what_the_specification_allows(plain: compose.Compose) -> None:
    assert {*OURS, *ONE_SHOT, "edge", "postgres", "valkey"} <= set(plain.services)


def test_what_the_specification_does_not_allow_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "docker-compose.yml"
    file.write_text("services: {a: {image: a, network_mode: none, networks: [b]}}\nvolumes: {}\n")

    with pytest.raises(ValueError, match="network_mode"):
        compose.read({}, file)


@pytest.mark.parametrize(("service", "package"), OURS.items())
def test_every_variable_a_service_reads_is_passed_on(service: str, package: str) -> None:
    """What `.env` says reaches the process."""
    example = read_dotenv(EXAMPLE.read_text())
    mine = [name for name in variables_of(package) if name in example and name not in NOT_PASSED_ON]
    given = {name: f"value-of-{name}" for name in mine}

    environment = compose.read(given).environment(service)

    own_address = {"CASSAVA_LISTEN", "CASSAVA_OPS_LISTEN"}
    missing = [name for name in mine if environment.get(name) != given[name]]
    assert set(missing) <= own_address


@pytest.mark.parametrize("service", OURS)
def test_no_service_is_told_what_it_does_not_read(plain: compose.Compose, service: str) -> None:
    read = set(variables_of(OURS[service]))
    for name in plain.environment(service):
        assert name.removesuffix("_FILE") in read, name


def test_doctor_says_that_a_value_came_from_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MISTRAL_MODEL=mistral-large-latest\n")

    checks = {each.name: each for each in check_environment(Environment.here(tmp_path))}

    assert checks["MISTRAL_MODEL"].cause == "from .env"
    environment = compose.read(read_dotenv((tmp_path / ".env").read_text())).environment(
        "responder"
    )
    assert environment["MISTRAL_MODEL"] == "mistral-large-latest"


def test_an_empty_file_needs_nothing_and_holds_no_secret(plain: compose.Compose) -> None:
    for service in plain.services:
        for name, value in plain.environment(service).items():
            if name.endswith(("_KEY", "_PASSWORD", "DATABASE_URL")):
                assert value == "", (service, name)
            if name.startswith("CASSAVA_") and name.endswith("_FILE"):
                assert value.startswith("/keys/")


@pytest.mark.parametrize("service", [*OURS, *sorted(ONE_SHOT)])
def test_our_containers_have_no_rights(plain: compose.Compose, service: str) -> None:
    found = plain.services[service]
    assert found["read_only"] is True
    assert found["user"] == "10001:10001"
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]


def test_everything_is_limited_and_comes_back(plain: compose.Compose) -> None:
    for name, service in plain.services.items():
        assert service["deploy"]["resources"]["limits"]["memory"], name
        assert service["deploy"]["resources"]["limits"]["pids"], name
        assert service["restart"] == {"secrets": "no", "migrate": "on-failure"}.get(
            name, "unless-stopped"
        )


def test_everything_that_serves_is_asked_whether_it_is_well(plain: compose.Compose) -> None:
    asked = {name for name, service in plain.services.items() if "healthcheck" in service}
    # The collector's image has neither a shell nor a program to ask with.
    assert asked == set(plain.services) - ONE_SHOT - {"collector"}


def test_databases_models_and_keys_have_no_way_out() -> None:
    document = yaml.safe_load(compose.FILE.read_text())
    outside = {name for name, each in document["services"].items() if "outside" in each["networks"]}

    assert document["networks"]["inside"] == {"internal": True}
    assert outside == {"edge", "worker", "responder", "ollama", "grafana"}


def test_only_tickets_sees_the_master_key(plain: compose.Compose) -> None:
    holders = {
        name
        for name, service in plain.services.items()
        if any(volume.startswith("keys-tickets:") for volume in service.get("volumes", []))
    }
    assert holders == {"tickets", "secrets"}


def test_profiles_add_and_never_replace(plain: compose.Compose) -> None:
    profiles = {
        name: each["profiles"] for name, each in plain.services.items() if "profiles" in each
    }
    assert profiles == {
        "ollama": ["ollama"], "prometheus": ["observability"], "grafana": ["observability"],
        "collector": ["observability"],
    }  # fmt: skip
    for service in plain.services.values():
        assert not set(service.get("depends_on", {})) & set(profiles) or "profiles" in service


def test_every_mounted_file_is_there(plain: compose.Compose) -> None:
    for service in plain.services.values():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists(), volume


def test_the_edge_begins_traces_where_they_are_collected(plain: compose.Compose) -> None:
    traced = compose.read({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"})

    for described, clusters in ((plain, []), (traced, ["collector"])):
        file, _, _ = described.services["edge"]["volumes"][0].partition(":")
        edge = yaml.safe_load((ROOT / file).read_text())["static_resources"]
        assert [e["name"] for e in edge["clusters"] if e["name"] == "collector"] == clusters


def test_prometheus_asks_every_process_where_it_listens(plain: compose.Compose) -> None:
    config = yaml.safe_load((ROOT / "deploy/observability/prometheus/prometheus.yml").read_text())
    targets = {
        target
        for job in config["scrape_configs"]
        for each in job["static_configs"]
        for target in each["targets"]
    }
    ops = {
        f"{name}:{plain.environment(name)['CASSAVA_OPS_LISTEN'].rsplit(':', 1)[1]}" for name in OURS
    }
    assert targets == ops | {"edge:9902"}


def test_the_image_holds_one_service_and_what_it_needs() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", text, re.M)
    assert "--locked" in text
    assert '--extra "${SERVICE}"' in text
    assert text.rstrip().rsplit("FROM ", 1)[1].startswith("scratch")
