"""The images and the stack: what their own tools say of them, and that they run what we run."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("scraper", "metadata", "downloader", "api")


def compose_config(**environment: str) -> dict[str, Any]:
    done = subprocess.run(
        ["docker-compose", "config"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "POSTGRES_PASSWORD": "p", "RABBITMQ_PASSWORD": "r", **environment},
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


@pytest.mark.parametrize("service", SERVICES)
def test_hadolint_finds_nothing(service: str) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, ROOT / "services" / service / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_each_image_runs_a_module_that_exists(service: str) -> None:
    text = (ROOT / "services" / service / "Dockerfile").read_text()
    found = re.search(r'^CMD \["python", "-m", "([\w.]+)"\]$', text, re.MULTILINE)
    assert found is not None
    assert importlib.util.find_spec(found[1]) is not None


def test_everything_waits_for_the_migration() -> None:
    services = compose_config()["services"]
    for service in SERVICES:
        assert services[service]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_downloaders_can_be_scaled() -> None:
    downloader = compose_config()["services"]["downloader"]
    assert "container_name" not in downloader
    assert "ports" not in downloader


def test_downloads_at_once_are_set_from_outside() -> None:
    downloader = compose_config(MAX_CONCURRENT_DOWNLOADS="7")["services"]["downloader"]
    assert downloader["environment"]["MAX_CONCURRENT_DOWNLOADS"] == "7"


def test_a_stack_without_passwords_is_refused() -> None:
    done = subprocess.run(
        ["docker-compose", "config", "-q"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr
