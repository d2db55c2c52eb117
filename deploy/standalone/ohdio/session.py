"""Whom to talk to: the ohdio that runs on a data directory, or one that is started for the occasion."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ohdio.choice import Choice
from ohdio.datadir import DataDirectory, DataDirectoryInUse
from ohdio.standalone import Standalone
from ohdio_client.collection import Taken, Wish, submit
from ohdio_client.instance import Instance

if TYPE_CHECKING:
    from ohdio.composition import Services
    from ohdio_client.api.client import Client

_OTHER_READY_WITHIN = 30.0  # seconds
_INTERVAL = 0.1  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Session:
    """An ohdio to talk to."""

    client: Client
    instance: Instance
    is_ours: bool  #: it ends with this session
    taken: Taken | None = None  #: what became of the links that one of ours was started for


@contextmanager
def open_session(choice: Choice, data: DataDirectory, wish: Wish) -> Iterator[Session]:
    """Talk to the ohdio that has the data directory; start one for these links when none has.

    Raises:
        DataDirectoryInUse: Another process has it, and does not answer.
        DataDirectoryUnusable: It cannot be made or written to.
        InvalidSettings: A setting is wrong.
        PostgresUnavailable: The embedded PostgreSQL cannot be run.
    """
    deadline = time.monotonic() + _OTHER_READY_WITHIN
    while True:
        try:
            data.lock()
        except DataDirectoryInUse:
            instance = data.running_instance()
            if instance is not None:
                from ohdio_client.api.client import Client

                with Client(instance.url, instance.token) as client:
                    if client.is_alive():
                        yield Session(client, instance, is_ours=False)
                        return
            if time.monotonic() > deadline:
                raise
            time.sleep(_INTERVAL)
        else:
            break
    try:
        with _started(choice, data, wish) as session:
            yield session
    finally:
        data.unlock()


@contextmanager
def _started(choice: Choice, data: DataDirectory, wish: Wish) -> Iterator[Session]:
    taken: list[Taken] = []

    def take(services: Services) -> None:
        taken.append(submit(wish, services.take_links))

    standalone = Standalone(choice, data, host="127.0.0.1", port=0, token=data.token())
    with standalone.running(take) as instance:
        # Imported when the services work, as the API is: the first request to a site waits for neither.
        from ohdio_client.api.client import Client

        with Client(instance.url, instance.token) as client:
            yield Session(client, instance, is_ours=True, taken=taken[0])
