from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.source_tree import DISTRIBUTIONS, ROOT, SOURCES, modules

WORKER_SERVICES = ("scraper", "metadata", "downloader")
LONGEST_MODULE = 400  # lines
GRAB_BAGS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


@pytest.mark.parametrize("file", ["__init__.py", "actors.py", "service.py", "settings.py", "worker.py"])
@pytest.mark.parametrize("service", WORKER_SERVICES)
def test_every_worker_service_has_the_same_files(service: str, file: str) -> None:
    assert (ROOT / "services" / service / f"ohdio_{service}" / file).is_file()


@pytest.mark.parametrize(("folder", "package"), DISTRIBUTIONS.items())
def test_every_package_says_that_it_is_typed(folder: str, package: str) -> None:
    assert (ROOT / folder / package / "py.typed").is_file()


def test_all_distributions_have_one_version() -> None:
    projects = [tomllib.loads((ROOT / folder / "pyproject.toml").read_text())["project"] for folder in DISTRIBUTIONS]
    versions = {project["version"] for project in projects}
    assert len(versions) == 1
    ours = {project["name"] for project in projects}
    for requirement in (line for project in projects for line in project["dependencies"]):
        name, _, version = re.sub(r"\[.*\]", "", requirement).partition("==")
        assert name not in ours or {version} == versions, requirement


def test_no_module_is_longer_than_one_reads_at_once() -> None:
    every = modules("shared", "services", "deploy", "devservers", "tests", "tools")
    lines = {str(module.path): len((ROOT / module.path).read_text(encoding="utf-8").splitlines()) for module in every}
    assert {path: length for path, length in lines.items() if length > LONGEST_MODULE} == {}


def test_no_module_is_a_grab_bag() -> None:
    every = modules(*SOURCES, "devservers", "tests", "tools")
    assert [str(module.path) for module in every if GRAB_BAGS & {module.path.stem, *module.path.parts}] == []
