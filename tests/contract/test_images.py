"""The images and the stack: what their own tools say of them, and that they run what we run."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ohdio.postgres.binaries import major_version

ROOT = Path(__file__).parents[2]
SERVICES = ("scraper", "metadata", "downloader", "api")


def compose_config(**environment: str) -> dict[str, Any]:
    done = subprocess.run(
        ["docker-compose", "config"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # docker-compose speaks YAML; ruamel or PyYAML would be a dependency for one test, and Python is at hand.
    script = "import json,sys,yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    parsed = subprocess.run(
        ["/usr/bin/python3", "-c", script], input=done.stdout, capture_output=True, text=True, check=True
    )
    config: dict[str, Any] = json.loads(parsed.stdout)
    return config


def dockerfiles() -> list[Path]:
    return [ROOT / "services" / "Dockerfile", *sorted((ROOT / "devservers").rglob("Dockerfile"))]


@pytest.mark.parametrize("dockerfile", dockerfiles(), ids=lambda path: path.parent.name)
def test_hadolint_finds_nothing(dockerfile: Path) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, dockerfile], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_each_image_runs_commands_that_its_distribution_has(service: str) -> None:
    project = tomllib.loads((ROOT / "services" / service / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for command in (f"ohdio-{service}", f"ohdio-{service}-healthcheck"):
        module, _, function = project["scripts"][command].partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_images_are_of_the_version_that_the_distributions_have() -> None:
    project = tomllib.loads((ROOT / "services" / "api" / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tags = {service["image"] for service in compose_config()["services"].values() if "build" in service}
    assert {tag.rpartition(":")[2] for tag in tags} == {project["version"]}


def test_everything_waits_for_the_migration() -> None:
    services = compose_config()["services"]
    for service in SERVICES:
        assert services[service]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_downloaders_can_be_scaled() -> None:
    downloader = compose_config()["services"]["downloader"]
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
    services = compose_config(MAX_CONCURRENT_DOWNLOADS="7", OHDIO_USER_AGENT="Someone's collector/1")["services"]
    assert services["downloader"]["environment"]["MAX_CONCURRENT_DOWNLOADS"] == "7"
    for service in SERVICES:
        assert services[service]["environment"]["OHDIO_USER_AGENT"] == "Someone's collector/1"


def test_the_stack_needs_no_variable_and_listens_to_its_own_machine() -> None:
    services = compose_config()["services"]
    assert [port for service in services.values() for port in service.get("ports", ())] == ["127.0.0.1:8000:8000/tcp"]


def test_no_container_can_gain_rights_or_fill_the_disk_with_its_log() -> None:
    for name, service in compose_config()["services"].items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name
        assert service["pids_limit"], name


def test_postgresql_is_the_one_that_tests_and_the_home_server_run_on() -> None:
    assert compose_config()["services"]["postgres"]["image"] == f"postgres:{major_version()}-bookworm"
