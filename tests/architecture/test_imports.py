from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.source_tree import DISTRIBUTIONS, ROOT, Module, modules

#: What an actor or an endpoint leaves to its service.
ADAPTERS = {"sqlalchemy", "psycopg", "httpx", "lxml", "av", "mutagen"}
COMPOSITION_ROOTS = {"worker.py", "app.py", "entrance.py"}
OURS = set(DISTRIBUTIONS.values())


@pytest.mark.full  # `make lint` looks at them, too
def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layers_are_those_of_the_architecture_page() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = {contract["id"]: contract["layers"] for contract in contracts if contract["type"] == "layers"}
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| layer \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    described = [set(re.findall(r"`(\w+)`", row.split("|")[1])) for row in table.splitlines()]
    # The core is a layer of the distributions, and has layers of its own.
    assert described == [set(re.findall(r"\w+", layer)) for layer in [*layers["distributions"][:-1], *layers["core"]]]


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("ohdio_core/db/wrong.py", "import ohdio_core.work.timing", "core"),
        pytest.param("ohdio_core/domain/wrong.py", "import ohdio_core.db.sql", "core", marks=pytest.mark.full),
        pytest.param("ohdio_core/wrong.py", "", "core", marks=pytest.mark.full),
        ("ohdio_scraper/wrong.py", "import ohdio_metadata.service", "distributions"),
        ("ohdio_core/work/timing.py", "import ohdio_core.work.stages, ohdio_core.work.claim", "cycles"),
        ("ohdio_api/wrong.py", "import ohdio_core.library.folder", "library"),
    ],
)
def test_a_wrong_import_breaks_a_contract(tmp_path: Path, module: str, line: str, broken: str) -> None:
    for folder, package in DISTRIBUTIONS.items():
        shutil.copytree(ROOT / folder / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--contract", broken]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout or "not listed" in done.stdout.lower(), done.stdout


#: What the domain may import: itself, and what its values are made of.
_OF_THE_DOMAIN = tuple(f"ohdio_core.{name}" for name in ("domain", "control_characters", "sentences", "name_template"))


def test_the_domain_imports_the_standard_library_alone() -> None:
    foreign = {
        f"{module.path}: {name}"
        for module in modules("shared/ohdio_core/domain")
        for name in module.imports
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith(_OF_THE_DOMAIN)
    }
    assert foreign == set()


def test_sources_make_hosts_ascii_before_the_domain_sees_a_link() -> None:
    direct = {
        f"{module.path}: {name}"
        for module in modules("shared/ohdio_core/sources")
        for name in module.imports
        if name in {"ohdio_core.domain.identity.canonical_url", "ohdio_core.domain.identity.refuse_reason"}
    }
    assert direct == set()


def test_actors_and_endpoints_leave_the_work_to_services() -> None:
    fat = {
        f"{module.path}: {name}"
        for module in modules("services")
        if module.path.name in {"actors.py", "endpoints.py"}
        for name in module.imported_packages() & ADAPTERS
    }
    assert fat == set()


def test_only_composition_roots_of_services_read_settings() -> None:
    def reads_settings(module: Module) -> bool:
        return any(re.match(r"ohdio_\w+\.settings\b", name) for name in module.imports)

    readers = {
        str(module.path)
        for module in modules("services")
        if reads_settings(module) and module.path.name not in {*COMPOSITION_ROOTS, "settings.py"}
    }
    assert readers == set()


def declared(folder: str) -> set[str]:
    project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in project.get("optional-dependencies", {}).values() for line in extra),
    ]
    names = {normalised(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in lines}
    folders = {normalised(package): other for other, package in DISTRIBUTIONS.items()}
    return names.union(*(declared(folders[name]) for name in names if name in folders))


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("folder", DISTRIBUTIONS)
def test_what_a_distribution_imports_is_declared_by_it_or_by_ours(folder: str) -> None:
    distributions = packages_distributions()
    allowed = declared(folder) | {normalised(DISTRIBUTIONS[folder])}
    undeclared = {
        f"{module.path}: {package}"
        for module in modules(f"{folder}/{DISTRIBUTIONS[folder]}")
        for package in module.imported_packages() - set(sys.stdlib_module_names)
        if allowed.isdisjoint({normalised(package), *map(normalised, distributions.get(package, []))})
    }
    assert undeclared == set()
