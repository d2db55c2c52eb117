"""What CI and a release do, as their linters see it, and as it must agree with the rest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from devservers.containers.images import SERVICES
from tests.architecture.source_tree import DISTRIBUTIONS, ROOT
from tests.contract.compose import compose_services

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")


def said_by(program: str, *arguments: str) -> tuple[int, str]:
    command = [str(Path(sys.executable).with_name(program)), *arguments, *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_they_are_of_the_form_that_github_takes() -> None:
    code, said = said_by("check-jsonschema", "--builtin-schema", "vendor.github-workflows")
    assert code == 0, said


def test_they_have_no_weakness_that_zizmor_knows() -> None:
    code, said = said_by("zizmor", "--offline", "--quiet")
    assert code == 0, said


def test_a_release_makes_every_image_for_both_architectures() -> None:
    (matrix,) = re.findall(r"image: \[(.*)\]", RELEASE)
    (published,) = re.findall(r"for image in (.*); do", RELEASE)
    assert set(matrix.split(", ")) == set(published.split()) == {*SERVICES, "home"}
    assert re.findall(r"architecture: (\w+)", RELEASE) == ["amd64", "arm64"]


def test_a_release_compares_the_version_of_every_distribution_with_its_tag() -> None:
    (named,) = re.findall(r"for folder in (.*); do", RELEASE)
    compared = {path.relative_to(ROOT) for pattern in named.split() for path in ROOT.glob(pattern)}
    assert set(map(Path, DISTRIBUTIONS)) <= compared


@pytest.mark.parametrize("service", SERVICES)
def test_a_release_builds_an_image_with_what_the_stack_gives_it(service: str, tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\nfor each; do echo "$each"; done\n', encoding="utf-8")
    docker.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    command = [str(ROOT / "tools" / "release-image"), "build", service, "1.2.3", "amd64"]
    said = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True, check=True).stdout.splitlines()
    wanted = {"ALSO": "", **compose_services(ROOT)[service]["build"]["args"]}
    given = dict(said[at + 1].split("=", 1) for at, each in enumerate(said) if each == "--build-arg")
    assert given == wanted
