"""``ohdio doctor``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ohdio.cli.options import Api, AsJson, Data
from ohdio.cli.output import print_json, print_line, size


def doctor(*, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Check what ohdio needs on this machine, and the one that is running; 0 when all is well, 1 when not."""
    checks = [_checked(name, check) for name, check in _checks(api, data)]
    if as_json:
        print_json({"checks": checks})
    else:
        for check in checks:
            print_line(f"{'ok     ' if check['ok'] else 'PROBLEM'} {check['name']}: {check['detail']}")
    raise SystemExit(0 if all(check["ok"] for check in checks) else 1)


def _checked(name: str, check: Callable[[], str]) -> dict[str, str | bool]:
    try:
        return {"name": name, "ok": True, "detail": check()}
    except Exception as error:  # noqa: BLE001 # whatever it is: finding it is what this command is for
        return {"name": name, "ok": False, "detail": str(error) or type(error).__name__}


def _checks(api: str | None, data: Path | None) -> Iterator[tuple[str, Callable[[], str]]]:
    if api is None:
        yield "settings", _settings
        yield "library", _library
        yield "database", _database
        yield "data directory", lambda: _data_directory(data)
    yield "running", lambda: _running(api, data)


def _settings() -> str:
    from ohdio.settings import StandaloneSettings
    from ohdio_core.settings import load

    load(StandaloneSettings)
    return "can be read"


def _library() -> str:
    from ohdio_core.library import Library
    from ohdio_core.settings import LibrarySettings, load

    root = load(LibrarySettings).library_dir
    library = Library(root)
    library.write_probe()
    return f"{root} can be written to, {size(library.free_bytes())} free"


def _database() -> str:
    from ohdio.postgres.binaries import major_version

    if url := os.environ.get("DATABASE_URL"):
        import psycopg

        with psycopg.connect(url, connect_timeout=5) as connection:
            return f"DATABASE_URL is used, PostgreSQL {connection.info.server_version // 10000} answers"
    return f"PostgreSQL {major_version()} is here"


def _data_directory(data: Path | None) -> str:
    from ohdio.datadir import DataDirectory, DataDirectoryInUse, default_data_directory

    directory = DataDirectory(data or default_data_directory())
    try:
        with directory:
            return f"{directory.path} can be used"
    except DataDirectoryInUse:
        return f"{directory.path} is in use by a running ohdio"


def _running(api: str | None, data: Path | None) -> str:
    from ohdio.client import Client
    from ohdio.datadir import DataDirectory, default_data_directory

    token = os.environ.get("OHDIO_API_TOKEN")
    if api is None:
        instance = DataDirectory(data or default_data_directory()).running_instance()
        if instance is None:
            return "no ohdio at the moment; `ohdio up` starts one"
        api, token = instance.url, instance.token
    with Client(api, token) as client:
        live = [worker for worker in client.get("workers")["items"] if worker["is_live"]]
    missing = {"scraper", "metadata", "downloader"} - {worker["service"] for worker in live}
    if missing:
        raise RuntimeError(f"{api} answers, but nobody there does the work of: {', '.join(sorted(missing))}.")
    return f"{api} answers"
