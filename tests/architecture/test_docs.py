"""Docs that speak of the code are compared with the code."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.architecture.named_tests import assert_tests_exist
from tests.architecture.source_tree import DISTRIBUTIONS, ROOT, SOURCES


def test_the_state_diagram_is_drawn_from_the_transitions() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "state_diagram.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_configuration_page_is_what_the_settings_say() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "configuration.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_variable_of_the_example_exists() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    used = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in re.findall(r"^#?(\w+)=", example, re.MULTILINE):
        assert f"${{{name}" in used or f"  {name}:\n" in used, f"docker-compose.yml does not use {name}"


def test_links_between_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_glossary_names_what_the_code_has() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8") + path.name
        for folder in SOURCES
        for path in (ROOT / folder).rglob("*.py")
        if ".venv" not in path.parts
    )
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    names = {piece for name in re.findall(r"`([^`\s]+)`", glossary) for piece in re.split(r"(?<=[a-z])\.(?!py)", name)}
    assert names
    assert {name for name in names if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", code)} == set()


def test_every_promise_names_tests_that_exist() -> None:
    for row in re.findall(r"^\|.*\|$", (ROOT / "docs" / "promises.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert_tests_exist(row.rsplit("|", 2)[1])


def test_the_architecture_page_names_files_that_exist() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    walks = page[page.index("## Two walks") : page.index("## States")]
    in_walks = re.findall(r"`([\w/]+(?:\.py|/))`", walks)
    assert len(in_walks) > 20
    named = {*in_walks, *re.findall(r"`([\w/]+\.(?:py|sql))`", page)}
    packages = [ROOT / folder / package for folder, package in DISTRIBUTIONS.items()]
    places = [ROOT, *packages, *(package.parent for package in packages), ROOT / "tests/integration/work"]
    of_a_service = {name for name in named if "/" not in name or name.startswith("media/")}
    assert (
        sorted(
            name
            for name in named
            if not any((place / name).exists() for place in places)
            and not (name in of_a_service and any(package.rglob(name) for package in packages))
        )
        == []
    )
