"""``ohdio up``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ohdio.cli.options import Data, Library
from ohdio.cli.sentences import exiting_with_sentences_of_a_start

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def up(
    urls: Annotated[list[str] | None, typer.Argument(metavar="[URL…]", help="Links to add at once.")] = None,
    *,
    host: Annotated[str | None, typer.Option(metavar="H", help="Listen on this address (default: 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(metavar="P", help="Listen on this port (default: 8000).")] = None,
    library: Library = None,
    data: Data = None,
) -> None:
    """Run everything on this machine until Ctrl-C, with its API on localhost."""
    from ohdio.client import Client
    from ohdio.datadir import DataDirectory, default_data_directory
    from ohdio.settings import StandaloneSettings
    from ohdio.signals import StopSignal
    from ohdio_core.logging import configure_logging
    from ohdio_core.settings import load

    stop = StopSignal()
    with exiting_with_sentences_of_a_start():
        chosen = {"HOST": host, "PORT": port, "LIBRARY_DIR": library}
        settings = load(StandaloneSettings, **{name: value for name, value in chosen.items() if value is not None})
        # Imported late, as it brings every service along: a wrong setting is answered before.
        from ohdio.standalone import Standalone

        configure_logging(level=settings.log_level, as_json=settings.log_json)
        with DataDirectory(data or default_data_directory()) as directory:
            token = settings.token
            if token is None and settings.host not in _LOOPBACK:
                token = directory.token()
            standalone = Standalone(settings, directory, host=settings.host, port=settings.port, token=token)
            with standalone.running() as instance:
                _say(f"ohdio is running on {instance.url}")
                _say(f"Books go to {instance.library}, its own data to {directory.path}.")
                if token is not None:
                    _say("It asks for a token: OHDIO_API_TOKEN, or what `ohdio token` prints.")
                if urls:
                    with Client(instance.url, token) as client:
                        for result in client.add(urls):
                            _say(f"{result['url']}: {result['detail'] or result['state']}")
                _say("Ctrl-C ends it.")
                stop.wait()
                _say("Ending; what is being downloaded goes on from there at the next start.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
