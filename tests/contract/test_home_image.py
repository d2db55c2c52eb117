"""The image of a home server and its compose file: what their own tools say of them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from ohdio.settings import StandaloneSettings
from tests.contract.compose import compose_services

ROOT = Path(__file__).parents[2]
HOME = ROOT / "deploy" / "home"


def service(**environment: str) -> dict[str, Any]:
    found: dict[str, Any] = compose_services(HOME, **environment)["ohdio"]
    return found


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, HOME / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_its_image_bears_the_version() -> None:
    project = tomllib.loads((ROOT / "deploy/standalone/pyproject.toml").read_text(encoding="utf-8"))
    assert service()["image"].endswith(f":{project['project']['version']}")


def test_its_books_go_to_a_volume_or_to_a_folder_of_the_machine() -> None:
    assert "library:/library:rw" in service()["volumes"]
    assert "/srv/books:/library:rw" in service(LIBRARY="/srv/books")["volumes"]


def test_it_is_published_to_the_network() -> None:
    (port,) = service(PORT="9000")["ports"]
    assert "9000" in str(port)
    assert "127.0.0.1" not in str(port)


def test_what_it_passes_on_are_settings() -> None:
    passed = service()["environment"]
    assert set(passed) <= {field.alias for field in StandaloneSettings.model_fields.values()}
    assert service(UMASK="002")["environment"]["UMASK"] == "002"
