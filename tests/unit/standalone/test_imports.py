from __future__ import annotations

import pkgutil
import subprocess
import sys

import pytest

from ohdio_core import schemas

#: Libraries that take long to import, and that no start needs before its first request.
_LATER = (
    *("alembic", "av", "fastapi", "httpx", "jinja2", "mutagen", "pika", "prometheus_client", "rich.progress"),
    *("starlette", "uvicorn", "ohdio_core.translations"),
)
#: And those that are imported while the database starts.
_BESIDE_THE_DATABASE = ("dramatiq", "psycopg", "sqlalchemy")
#: And those that are of no use to whoever is refused.
_OF_SERVICES = (*_LATER, *_BESIDE_THE_DATABASE)


#: What the services need to work at all: they count from the first run on.
_OF_WORK = ("prometheus_client",)


@pytest.mark.parametrize(("module", "needed"), [("ohdio.session", ()), ("ohdio.composition", _OF_WORK)])
def test_a_start_imports_nothing_that_its_first_request_does_not_need(module: str, needed: tuple[str, ...]) -> None:
    assert imported_of(_LATER, module) == [*needed]


def test_a_start_is_judged_before_its_services_are_imported() -> None:
    judging = (
        "ohdio.choice, ohdio_client.api.errors, ohdio.datadir, ohdio_api.submissions.recognition, "
        "ohdio_core.composition.http, ohdio_core.sources.registry"
    )
    assert imported_of(_OF_SERVICES, judging) == []


def test_the_database_is_started_before_what_talks_to_it_is_imported() -> None:
    assert imported_of(_BESIDE_THE_DATABASE, "ohdio.session, ohdio.cli.sentences, ohdio_core.logging") == []


def test_what_the_api_takes_and_answers_is_known_without_its_libraries() -> None:
    every = sorted(f"ohdio_core.schemas.{module.name}" for module in pkgutil.iter_modules(schemas.__path__))
    assert "ohdio_core.schemas.queue" in every
    assert imported_of((*_OF_SERVICES, "lxml"), ", ".join(every)) == []


def test_a_start_reads_no_answers_before_its_first_request() -> None:
    assert imported_of(("ohdio_core.schemas.queue", "ohdio_core.schemas.audiobooks"), "ohdio.session") == []


def imported_of(names: tuple[str, ...], modules: str) -> list[str]:
    """Which of these libraries an interpreter has imported after some modules."""
    every = f"sys, ohdio_client.cli.app, ohdio.cli.get, ohdio.cli.up, {modules}"
    program = f"import {every}; print(*(name for name in {names} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return found.stdout.split()
