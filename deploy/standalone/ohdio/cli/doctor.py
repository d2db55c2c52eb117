"""``ohdio doctor``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ohdio.cli.start import unknown_to
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line, size
from ohdio_client.language import translated
from ohdio_core.reasons import reason_of

if TYPE_CHECKING:
    from ohdio.choice import Choice
    from ohdio.drift import KnownItem
    from ohdio.settings import StandaloneSettings
    from ohdio_client.instance import Instance
    from ohdio_core.live_settings import Json
    from ohdio_core.sentences import Sentence

OfSources = Annotated[
    bool,
    typer.Option("--sources", help="Check the sites instead: read known items in every way that this version has."),
]


def doctor(*, sources: OfSources = False, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Check what ohdio needs on this machine, and the one that is running; 0 when all is well, 1 when not."""
    from ohdio_core.logging import configure_logging

    configure_logging(level="error")
    if sources:
        _doctor_sources(data, as_json=as_json)
    checks = [_checked(name, check, _in_english if as_json else translated) for name, check in _checks(api, data)]
    if as_json:
        print_json({"checks": checks})
    else:
        for check in checks:
            print_line(f"{'ok     ' if check['ok'] else 'PROBLEM'} {check['name']}: {check['detail']}")
    raise SystemExit(0 if all(check["ok"] for check in checks) else 1)


def _in_english(said: Sentence) -> str:
    return said.text


def _checked(name: str, check: Callable[[], str], say: Callable[[Sentence], str]) -> dict[str, str | bool]:
    from ohdio_client.errors import CommandError
    from ohdio_core.errors import OhdioError

    try:
        return {"name": name, "ok": True, "detail": check()}
    except OhdioError as error:
        return {"name": name, "ok": False, "detail": say(error.sentence)}
    except CommandError as error:
        return {"name": name, "ok": False, "detail": "\n".join([*map(say, error.sentences), *error.details])}
    except Exception as error:  # noqa: BLE001 # whatever it is: finding it is what this command is for
        return {"name": name, "ok": False, "detail": str(error) or reason_of(error)}


def _checks(api: str | None, data: Path | None) -> Iterator[tuple[str, Callable[[], str]]]:
    if api is None and not os.environ.get("OHDIO_API"):
        database = _Database(data)
        yield "settings", lambda: _settings(data)
        yield "database", database.check
        yield "library", lambda: _library(data, database.libraries)
        yield "disk space", lambda: _disk_space(data, database.settings)
        if os.environ.get("RABBITMQ_URL"):
            yield "message broker", _broker
        yield "data directory", lambda: _data_directory(data)
    yield "running", lambda: _running(api, data)


def _chosen(data: Path | None) -> Choice:
    """Read what `ohdio up` would run with."""
    from ohdio.choice import choose
    from ohdio.datadir import DataDirectory
    from ohdio_core.data_directory import default_data_directory

    directory = DataDirectory(data or default_data_directory())
    return choose(directory.remembered_library(), directory.path)


def _settings(data: Path | None) -> str:
    # A misspelt variable keeps nothing from working, but nobody sees why it does nothing.
    return ". ".join(["can be read", *(said.text.removesuffix(".") for said in unknown_to(_chosen(data)))])


def _library(data: Path | None, known: Container[str]) -> str:
    """Check the folder.

    Args:
        known: Where books were filed before, as far as the database could be asked.
    """
    from ohdio_core.composition.chosen_library import library_of

    choice = _chosen(data)
    instance = _instance(data)
    library = library_of(_settings_of(choice, instance), is_prompt=True)
    has_books = library.location in known
    if has_books:
        library.expect_mark()
    # One that was never there is made by the first start.
    if has_books or instance is not None or library.folder is None or library.folder.exists():
        library.require_mounted()
    library.require_writable()
    why = choice.why_library if instance is None else ""
    free = library.free_bytes()
    room = "" if free is None else f", {size(free)} free"
    return f"{library.location} can be written to{room}{why}"


def _settings_of(choice: Choice, instance: Instance | None) -> StandaloneSettings:
    """Return the settings of the next start, with the library of the ohdio that runs."""
    return choice.settings if instance is None else choice.settings.at(instance.library)


def _disk_space(data: Path | None, stored: Mapping[str, Json]) -> str:
    """Compare what is free with what downloads leave free.

    Args:
        stored: The settings that people have changed, as far as the database could be asked.
    """
    from ohdio_core.composition.chosen_library import library_of, work_dir_of

    choice, instance = _chosen(data), _instance(data)
    settings = _settings_of(choice, instance)
    mebibytes = _reserve(choice, instance, stored)
    reserve, shown = mebibytes * 2**20, f"{mebibytes:,} MiB"
    needed = (work_dir_of(settings, settings).absolute(), library_of(settings).folder)
    for directory in dict.fromkeys(filter(None, needed)):
        # It may not have been made yet.
        there = next(each for each in (directory, *directory.parents) if each.exists())
        if (free := shutil.disk_usage(there).free) < reserve:
            raise RuntimeError(
                f"{directory} has {free // 2**20:,} MiB free, and MIN_DISK_SPACE_MB keeps {shown} free, so every "
                "download waits. Make room, or set MIN_DISK_SPACE_MB lower."
            )
    return f"more is free than the {shown} that MIN_DISK_SPACE_MB keeps free"


def _reserve(choice: Choice, instance: Instance | None, stored: Mapping[str, Json]) -> int:
    """Return how much downloads leave free, in MiB: those of the ohdio that runs, else those of the next start."""
    from ohdio_client.api.client import Client
    from ohdio_core.live_settings import SettingsNow

    if instance is not None:
        with Client(instance.url, instance.token) as client:
            values = {each.name: each.value for each in client.settings.every()}
        return int(str(values["min_disk_space_mb"]))
    settings = SettingsNow(choice.settings)
    settings.take(stored)
    return settings.now.min_disk_space_mb


class _Database:
    """The database of a data directory, or that of ``DATABASE_URL``: opened once, and only read."""

    def __init__(self, data: Path | None) -> None:
        self._data = data
        self.libraries: frozenset[str] = frozenset()  #: where books were filed, once it is checked
        self.settings: Mapping[str, Json] = {}  #: what people have changed, once it is checked

    def check(self) -> str:
        import psycopg

        from ohdio.database import opened_database
        from ohdio.datadir import DataDirectory
        from ohdio.postgres.binaries import major_version
        from ohdio_core.data_directory import default_data_directory

        with opened_database(DataDirectory(self._data or default_data_directory())) as url:
            if url is None:
                return f"PostgreSQL {major_version()} is here"
            # The name of the driver, which settings may carry, is SQLAlchemy's.
            with psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
                connection.read_only = True
                # A database that no ohdio was started on has no tables yet; that of an older one has not all of them.
                with suppress(psycopg.errors.UndefinedTable), connection.transaction():
                    self.libraries = frozenset(path for (path,) in connection.execute("SELECT location FROM libraries"))
                with suppress(psycopg.errors.UndefinedTable), connection.transaction():
                    self.settings = dict(connection.execute("SELECT name, value FROM settings").fetchall())
                who = "DATABASE_URL is used, " if os.environ.get("DATABASE_URL") else ""
                return f"{who}PostgreSQL {connection.info.server_version // 10000} answers"


def _instance(data: Path | None) -> Instance | None:
    """Return how to reach the ohdio that runs on the data directory; None when none does."""
    from ohdio.datadir import DataDirectory
    from ohdio_client.api.client import Client
    from ohdio_core.data_directory import default_data_directory

    instance = DataDirectory(data or default_data_directory()).running_instance()
    if instance is None:
        return None
    with Client(instance.url, instance.token) as client:
        return instance if client.is_alive() else None


def _broker() -> str:
    from ohdio_core.messaging.rabbitmq import check_rabbitmq

    check_rabbitmq(os.environ["RABBITMQ_URL"])
    return "RABBITMQ_URL is used, RabbitMQ answers"


def _data_directory(data: Path | None) -> str:
    from ohdio.datadir import DataDirectory, DataDirectoryInUse
    from ohdio_core.data_directory import default_data_directory

    directory = DataDirectory(data or default_data_directory())
    try:
        with directory:
            return f"{directory.path} can be used"
    except DataDirectoryInUse:
        return f"{directory.path} is in use by a running ohdio"


def _running(api: str | None, data: Path | None) -> str:
    from ohdio_client.api.client import Client
    from ohdio_client.cli.connection import chosen_api

    token = os.environ.get("OHDIO_API_TOKEN")
    url = chosen_api(api)
    if url is None:
        if (instance := _instance(data)) is None:
            return "no ohdio at the moment; `ohdio up` starts one"
        url, token = instance.url, instance.token
    with Client(url, token) as client:
        live = [worker.service for worker in client.workers() if worker.is_live]
    missing = {"scraper", "metadata", "downloader"} - set(live)
    if missing:
        raise RuntimeError(f"{url} answers, but nobody there does the work of: {', '.join(sorted(missing))}.")
    return f"{url} answers"


def _doctor_sources(data: Path | None, *, as_json: bool) -> NoReturn:
    """Show which ways of reading each site still work, and exit: 1 when some item cannot be read in any."""
    from ohdio.drift import drift_report, offline_reason
    from ohdio_core.composition.http import client_settings_of
    from ohdio_core.sources.http import HttpClientFactory
    from ohdio_core.sources.registry import SOURCES

    http = HttpClientFactory(client_settings_of(_chosen(data).settings))
    if (reason := offline_reason(SOURCES, http)) is not None:
        if as_json:
            print_json({"items": [], "offline": reason})
        else:
            print_line(f"PROBLEM offline: none of the sites can be reached. {reason}")
        raise SystemExit(1)
    items: list[KnownItem] = []
    for item in drift_report(SOURCES, http):
        items.append(item)
        if not as_json:
            _show(item)
    if as_json:
        shown = [{**asdict(item), "is_readable": item.is_readable} for item in items]
        print_json({"items": shown, "offline": None})
    raise SystemExit(0 if all(item.is_readable for item in items) else 1)


def _show(item: KnownItem) -> None:
    print_line(f"{'ok     ' if item.is_readable else 'PROBLEM'} {item.source}: {item.url}")
    if item.error is not None:
        print_line(f"          {item.error}")
    for outcome in item.outcomes:
        if outcome.completeness is None:
            print_line(f"          {outcome.name}: fails. {outcome.error}")
        else:
            print_line(f"          {outcome.name}: works{'' if outcome.completeness >= 1 else ', but tells less'}")
