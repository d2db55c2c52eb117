"""The API that a command talks to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ohdio.cli.sentences import BadInput, exiting_with_sentences

if TYPE_CHECKING:
    from ohdio.client import Client

_VARIABLE = "OHDIO_API"


@contextmanager
def connected(api: str | None, data: Path | None = None) -> Iterator[Client]:
    """Talk to the API at ``api``, else to that of ``OHDIO_API``, else to the ohdio that runs on the data directory."""
    from ohdio.client import ApiUnreachable, Client
    from ohdio.datadir import DataDirectory, default_data_directory

    with exiting_with_sentences():
        url, token = chosen_api(api), os.environ.get("OHDIO_API_TOKEN")
        if url is None:
            instance = DataDirectory(data or default_data_directory()).running_instance()
            if instance is None:
                raise ApiUnreachable("No ohdio is running here: start it with `ohdio up`, or name one with --api.")
            url, token = instance.url, instance.token
        with Client(url, token) as client:
            yield client


def chosen_api(api: str | None) -> str | None:
    """Return the address of an API that somebody named; None when nobody did.

    Raises:
        BadInput: It is no address.
    """
    name, address = ("--api", api) if api is not None else (_VARIABLE, os.environ.get(_VARIABLE) or None)
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise BadInput(f"{name} is wrong: it is {address!r}. Write it as http://127.0.0.1:8000.")
    return address
