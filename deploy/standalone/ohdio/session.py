"""Whom to talk to: the ohdio that runs on a data directory, or one that is started for the occasion."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ohdio.client import Client
from ohdio.datadir import DataDirectory, DataDirectoryInUse, Instance
from ohdio.settings import StandaloneSettings
from ohdio.standalone import Standalone
from ohdio_core.settings import InvalidSettings

_OTHER_READY_WITHIN = 30.0  # seconds
_INTERVAL = 0.1  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Session:
    """An ohdio to talk to."""

    client: Client
    instance: Instance
    is_ours: bool  #: it ends with this session


@contextmanager
def open_session(settings: StandaloneSettings, data: DataDirectory) -> Iterator[Session]:
    """Talk to the ohdio that has the data directory; start one when none has.

    Raises:
        DataDirectoryInUse: Another process has it, and does not answer.
        DataDirectoryUnusable: It cannot be made or written to.
        InvalidSettings: A setting is wrong, or is not that of the ohdio that runs.
        PostgresUnavailable: The embedded PostgreSQL cannot be run.
    """
    deadline = time.monotonic() + _OTHER_READY_WITHIN
    while True:
        try:
            data.lock()
        except DataDirectoryInUse:
            instance = data.running_instance()
            if instance is not None:
                with Client(instance.url, instance.token) as client:
                    if client.is_alive():
                        _check_library(settings, instance)
                        yield Session(client, instance, is_ours=False)
                        return
            if time.monotonic() > deadline:
                raise
            time.sleep(_INTERVAL)
        else:
            break
    try:
        with _started(settings, data) as session:
            yield session
    finally:
        data.unlock()


@contextmanager
def _started(settings: StandaloneSettings, data: DataDirectory) -> Iterator[Session]:
    with (
        Standalone(settings, data, host="127.0.0.1", port=0, token=data.token()).running() as instance,
        Client(instance.url, instance.token) as client,
    ):
        yield Session(client, instance, is_ours=True)


def _check_library(settings: StandaloneSettings, instance: Instance) -> None:
    if "library_dir" in settings.model_fields_set and settings.library_dir.absolute() != Path(instance.library):
        raise InvalidSettings(
            f"LIBRARY_DIR (or --library) is {settings.library_dir}, but the ohdio that is running puts books into "
            f"{instance.library}: end it first, or leave the library out."
        )
