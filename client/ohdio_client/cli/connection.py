"""The API that a command talks to."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ohdio_client.cli.output import print_error
from ohdio_client.cli.sentences import exiting_with_sentences
from ohdio_client.errors import BadInput
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client

_VARIABLE = "OHDIO_API"
_READY_WITHIN = 15.0  # seconds; a first start makes a database
_INTERVAL = 0.1  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Access:
    """How an API is reached."""

    url: str
    token: str | None


@contextmanager
def connected(api: str | None, data: Path | None = None) -> Iterator[Client]:
    """Connect to the API at ``api``, else to that of ``OHDIO_API``, else to the ohdio of the data directory."""
    from ohdio_client.api.client import Client
    from ohdio_core.data_directory import default_data_directory

    with exiting_with_sentences():
        url = chosen_api(api)
        directory = (data or default_data_directory()).expanduser()
        found = _running(directory) if url is None else Access(url, _token_for(url, directory))
        with Client(found.url, found.token) as client:
            yield client


def connection_at_hand() -> Access | None:
    """Return how ``connected`` would reach an API without an option; None where nobody could answer at once.

    Raises:
        BadInput: ``OHDIO_API`` is no address.
    """
    from ohdio_client.instance import running_instance
    from ohdio_core.data_directory import default_data_directory

    directory = default_data_directory().expanduser()
    if (url := chosen_api(None)) is not None:
        return Access(url, _token_for(url, directory))
    instance = running_instance(directory)
    return None if instance is None else Access(instance.url, instance.token)


def _token_for(url: str, directory: Path) -> str | None:
    """Return what an API that somebody named is sent: the token that a person set, else the one of this machine's own.

    A gateway that runs as a service by itself announces itself nowhere, but keeps its token in its data directory.
    """
    from ohdio_client.instance import kept_token
    from ohdio_core.loopback import is_loopback

    given = os.environ.get("OHDIO_API_TOKEN") or None
    is_here = is_loopback(urlsplit(url).hostname or "")
    return given if given is not None or not is_here else kept_token(directory)


def _running(directory: Path) -> Access:
    """Return how to reach the ohdio that has the data directory; one that is starting is waited for, not for long.

    Raises:
        ApiUnreachable: There is none, or it is not ready yet.
    """
    from ohdio_client.api.errors import ApiUnreachable
    from ohdio_client.instance import is_taken, running_instance

    deadline = time.monotonic() + _READY_WITHIN
    is_printed = False
    while (instance := running_instance(directory)) is None:
        if not is_taken(directory):
            raise ApiUnreachable(
                sentence("api.none_here", "No ohdio is running here: start it with `ohdio up`, or name one with --api.")
            )
        if time.monotonic() > deadline:
            raise ApiUnreachable(
                sentence("api.starting", "The ohdio on this machine is still starting: try again in a moment.")
            )
        if not is_printed:
            print_error("ohdio is starting …")
            is_printed = True
        time.sleep(_INTERVAL)
    return Access(instance.url, instance.token)


def chosen_api(api: str | None) -> str | None:
    """Return the address of an API that somebody named; None when nobody did. ``host:port`` will do for one by http.

    Raises:
        BadInput: It is no address.
    """
    name, address = ("--api", api) if api is not None else (_VARIABLE, os.environ.get(_VARIABLE) or None)
    if address is None:
        return None
    completed = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(completed)
        # Without a port a bare word may be anything, and a name alone would be asked at the port of the web.
        is_whole = completed == address or parts.port is not None
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and is_whole
    except ValueError:
        is_address = False
    if not is_address:
        raise BadInput(
            sentence(
                "api.no_address",
                "{name} is wrong: it is {address!r}. Write it as http://127.0.0.1:8000, with its port.",
                name=name,
                address=address,
            )
        )
    return completed
