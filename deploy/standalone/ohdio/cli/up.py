"""``ohdio up``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ohdio.cli.options import Data, Library
from ohdio.cli.sentences import exiting_with_sentences_of_a_start

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def up(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL", help="Links to add at once.")] = None,
    *,
    host: Annotated[
        str | None, typer.Option(metavar="H", help="Listen on this address (default: HOST, or 127.0.0.1).")
    ] = None,
    port: Annotated[str | None, typer.Option(metavar="P", help="Listen on this port (default: PORT, or 8000).")] = None,
    library: Library = None,
    data: Data = None,
) -> None:
    """Run everything on this machine until Ctrl-C, with its API on localhost."""
    from ohdio.choice import choose
    from ohdio.client import Client
    from ohdio.datadir import DataDirectory, default_data_directory
    from ohdio.signals import StopSignal
    from ohdio_core.logging import configure_logging

    stop = StopSignal()
    with exiting_with_sentences_of_a_start():
        directory = DataDirectory(data or default_data_directory())
        choice = choose(directory.remembered_library(), HOST=host, PORT=port, LIBRARY_DIR=library)
        settings = choice.settings
        # Imported late, as it brings every service along: a wrong setting is answered before.
        from ohdio.standalone import Standalone

        with directory:
            configure_logging(level=settings.log_level, as_json=settings.log_json, to=directory.open_log())
            token = settings.token
            if token is None and settings.host not in _LOOPBACK:
                token = directory.token()
            standalone = Standalone(choice, directory, host=settings.host, port=settings.port, token=token)
            with standalone.running() as instance:
                _say(f"ohdio is running on {instance.url}")
                why = ", as --library said before" if choice.is_library_remembered else ""
                _say(f"Books go to {instance.library}{why}; its own data, with a log, to {directory.path}.")
                if token is not None:
                    _say("It asks for a token: OHDIO_API_TOKEN, or what `ohdio token` prints.")
                if urls:
                    with Client(instance.url, token) as client:
                        for result in client.add(urls):
                            _say(f"{result['url']}: {result['detail'] or result['state']}")
                _say("`ohdio watch` shows how far it is; Ctrl-C ends it.")
                stop.wait()
                _say("Ending; what is being downloaded goes on from there at the next start.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
