"""The images and the stack: what their own tools say of them, and that they run what we run."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ohdio.postgres.binaries import major_version
from tests.contract.compose import compose_services

ROOT = Path(__file__).parents[2]
SERVICES = ("scraper", "metadata", "downloader", "api")


def dockerfiles() -> list[Path]:
    return [ROOT / "services" / "Dockerfile", *sorted((ROOT / "devservers").rglob("Dockerfile"))]


@pytest.mark.parametrize("dockerfile", dockerfiles(), ids=lambda path: path.parent.name)
def test_hadolint_finds_nothing(dockerfile: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, dockerfile], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_files_are_what_docker_compose_2_takes_as_well() -> None:
    files = [ROOT / "docker-compose.yml", *sorted((ROOT / "deploy").glob("*/docker-compose.yml"))]
    assert len(files) == 3
    check = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [check, "--builtin-schema", "vendor.compose-spec", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    # Obsolete since, and warned of.
    assert [file for file in files if re.search(r"^version:", file.read_text(encoding="utf-8"), re.MULTILINE)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_image_runs_commands_that_its_distribution_has(service: str) -> None:
    project = tomllib.loads((ROOT / "services" / service / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for command in (f"ohdio-{service}", f"ohdio-{service}-healthcheck"):
        module, _, function = project["scripts"][command].partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_images_are_of_the_version_that_the_distributions_have() -> None:
    project = tomllib.loads((ROOT / "services" / "api" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tags = {service["image"] for service in compose_services(ROOT).values() if "build" in service}
    assert {tag.rpartition(":")[2] for tag in tags} == {project["version"]}


def test_everything_waits_for_the_migration() -> None:
    services = compose_services(ROOT)
    for service in SERVICES:
        assert services[service]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_downloaders_can_be_scaled() -> None:
    downloader = compose_services(ROOT)["downloader"]
    assert "container_name" not in downloader
    assert "ports" not in downloader


def test_every_setting_is_handed_on_from_outside() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.compose_settings", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    services = compose_services(ROOT, MAX_CONCURRENT_DOWNLOADS="7", OHDIO_USER_AGENT="Someone's collector/1")
    assert services["downloader"]["environment"]["MAX_CONCURRENT_DOWNLOADS"] == "7"
    for service in SERVICES:
        assert services[service]["environment"]["OHDIO_USER_AGENT"] == "Someone's collector/1"


def test_the_stack_needs_no_variable_and_listens_to_its_own_machine() -> None:
    services = compose_services(ROOT)
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"api": ["127.0.0.1:8000:8000/tcp"], "grafana": ["127.0.0.1:3000:3000/tcp"]}
    assert services["grafana"]["profiles"] == ["monitoring"]


class TestTheStackWithABucket:
    FILES = "docker-compose.yml:deploy/bucket/docker-compose.yml"

    def test_has_no_folder_that_two_containers_can_write_to(self) -> None:
        services = compose_services(ROOT, COMPOSE_FILE=self.FILES, LIBRARY_URL="s3://my-bucket/books")
        nothing = {"target": "/library", "type": "tmpfs"}
        own = {"api": ["data:/data:rw"], "downloader": ["/data"], "scraper": [], "metadata": []}
        for name, volumes in own.items():
            assert services[name]["volumes"] == [*volumes, nothing, "secrets:/secrets:ro"], name
            assert services[name]["environment"]["LIBRARY_URL"] == "s3://my-bucket/books"
        assert nothing in services["prepare"]["volumes"]
        assert services["downloader"]["environment"]["WORK_DIR"] == "/data/work"

    def test_is_otherwise_the_stack(self) -> None:
        stack = compose_services(ROOT, LIBRARY_URL="s3://my-bucket/books")
        services = compose_services(ROOT, COMPOSE_FILE=self.FILES, LIBRARY_URL="s3://my-bucket/books")
        for each in (*stack.values(), *services.values()):
            each.pop("volumes", None)
            each.get("environment", {}).pop("WORK_DIR", None)
        assert services == stack

    def test_asks_for_the_bucket(self) -> None:
        with pytest.raises(AssertionError, match="names the bucket"):
            compose_services(ROOT, COMPOSE_FILE=self.FILES)


def test_every_service_counts_for_the_stack_alone_and_a_prometheus_of_its_own_profile_scrapes_it() -> None:
    services = compose_services(ROOT)
    scraped = (ROOT / "deploy" / "monitoring" / "prometheus.yml").read_text(encoding="utf-8")
    assert services["prometheus"]["profiles"] == ["monitoring"]
    assert "ports" not in services["prometheus"]
    for name in SERVICES:
        assert services[name]["environment"]["OHDIO_METRICS_PORT"] == "9464"
        assert services[name]["environment"]["OHDIO_METRICS_HOST"] == "0.0.0.0"
        assert name in scraped
    assert "port: 9464" in scraped


def test_no_container_can_gain_rights_or_fill_memory_or_the_disk_with_its_log() -> None:
    for name, service in compose_services(ROOT).items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name
        assert service["pids_limit"], name
        assert service["mem_limit"], name


def test_postgresql_is_the_one_that_tests_and_the_home_server_run_on() -> None:
    assert compose_services(ROOT)["postgres"]["image"] == f"postgres:{major_version()}-bookworm"
