"""The API that a command talks to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ohdio.cli.sentences import exiting_with_sentences

if TYPE_CHECKING:
    from ohdio.client import Client


@contextmanager
def connected(api: str | None, data: Path | None = None) -> Iterator[Client]:
    """Talk to the API at ``api``, or to that of the ohdio that runs on the data directory."""
    from ohdio.client import ApiUnreachable, Client
    from ohdio.datadir import DataDirectory, default_data_directory

    with exiting_with_sentences():
        url, token = api, os.environ.get("OHDIO_API_TOKEN")
        if url is None:
            instance = DataDirectory(data or default_data_directory()).running_instance()
            if instance is None:
                raise ApiUnreachable("No ohdio is running here: start it with `ohdio up`, or name one with --api.")
            url, token = instance.url, instance.token
        with Client(url, token) as client:
            yield client
