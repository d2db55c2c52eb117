"""``ohdio up``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ohdio.cli.options import Data, Library
from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio.cli.start import judge_start
from ohdio.cli.taken import result_line

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_INTERVAL = 3.0  # seconds between two looks at the scans


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
    from ohdio.client import Client
    from ohdio.datadir import DataDirectory, default_data_directory
    from ohdio.scan_news import ScanNews
    from ohdio.signals import StopSignal
    from ohdio_core.logging import configure_logging

    stop = StopSignal()
    with exiting_with_sentences_of_a_start():
        directory = DataDirectory(data or default_data_directory())
        choice = judge_start(urls or (), {}, directory, HOST=host, PORT=port, LIBRARY_DIR=library)
        settings = choice.settings
        # Imported late, as it brings every service along: a wrong link or setting is answered before.
        from ohdio.standalone import Standalone

        with directory:
            configure_logging(level=settings.log_level, as_json=settings.log_json, to=directory.open_log())
            token = settings.token
            if token is None and settings.host not in _LOOPBACK:
                token = directory.token()
            standalone = Standalone(choice, directory, host=settings.host, port=settings.port, token=token)
            with standalone.running() as instance:
                _say(f"ohdio is running on {instance.url}")
                _say(f"Books go to {instance.library}{choice.why_library}.")
                _say(f"Its own data go to {directory.path}, with a log.")
                if token is not None:
                    _say("It asks for a token: OHDIO_API_TOKEN, or what `ohdio token` prints.")
                with Client(instance.url, token) as client:
                    news = ScanNews(client)
                    _say(*news.lines())
                    if urls:
                        _say(*map(result_line, client.add(urls)))
                    _say("`ohdio watch` shows how far it is; Ctrl-C here stops ohdio.")
                    while not stop.wait(_INTERVAL):
                        _say(*news.lines())
                _say("Ending; what is being downloaded goes on from there at the next start.")


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
