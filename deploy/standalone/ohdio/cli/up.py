"""``ohdio up``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from ohdio.cli.options import Library
from ohdio.cli.sentences import exiting_with_sentences_of_a_start
from ohdio.cli.start import judge_start
from ohdio_client.cli.options import Data
from ohdio_client.cli.output import print_line, terminal_width
from ohdio_client.cli.submission_lines import result_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ohdio.settings import StandaloneSettings

_INTERVAL = 3.0  # seconds between two looks at the scans and the queue
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 # compared with what a person chose


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
    from ohdio.datadir import DataDirectory
    from ohdio.queue_news import QueueNews
    from ohdio.scan_news import ScanNews
    from ohdio_client.api.client import Client
    from ohdio_client.signals import StopSignal
    from ohdio_core.arenas import share_arenas
    from ohdio_core.data_directory import default_data_directory
    from ohdio_core.logging import configure_logging

    share_arenas()
    stop = StopSignal()
    with exiting_with_sentences_of_a_start():
        directory = DataDirectory(data or default_data_directory())
        choice = judge_start(urls or (), None, directory, HOST=host, PORT=port, LIBRARY_DIR=library)
        settings = choice.settings
        # Imported late, as it brings every service along: a wrong link or setting is answered before.
        from ohdio.standalone import Standalone
        from ohdio_api.access import required_token
        from ohdio_api.way_in import WayIn

        with directory:
            configure_logging(level=settings.log_level, as_json=settings.log_json, to=directory.open_log())
            token = required_token(settings.host, settings.token, directory.token)
            standalone = Standalone(choice, directory, host=settings.host, port=settings.port, token=token)
            with standalone.running() as instance:
                print_line(f"ohdio is running on {settings.public_url or instance.url}")
                print_line(f"Books go to {instance.library}{choice.why_library}.")
                print_line(f"Its own data go to {directory.path}, with a log.")
                print_line(*_who_gets_in(settings, urlsplit(instance.url).port))
                with Client(instance.url, token) as client:
                    if token is not None and not client.accounts.every():
                        way_in = WayIn.of(token, settings.public_url)
                        print_line(*way_in.lines(), *way_in.drawn(terminal_width(sys.stdout)))
                    scans, books = ScanNews(client), QueueNews(client)
                    print_line(*scans.lines(), *books.lines())
                    if urls:
                        print_line(*map(result_line, client.links.add(urls)))
                    print_line("`ohdio watch` shows how far it is; Ctrl-C here stops ohdio.")
                    while not stop.wait(_INTERVAL):
                        print_line(*scans.lines(), *books.lines())
                print_line("Ending; what is being downloaded goes on from there at the next start.")


def _who_gets_in(settings: StandaloneSettings, port: int | None) -> Iterator[str]:
    """Return who can reach the API, and with which token; nothing where that is this machine alone, without one."""
    from ohdio.container import command_here, is_in_container
    from ohdio_core.loopback import is_loopback

    token = f"that `{command_here('ohdio token')}` prints" if settings.token is None else "that OHDIO_API_TOKEN holds"
    if not is_loopback(settings.host):
        where = "any address of this machine" if settings.host in _EVERYWHERE else settings.host
        at = "the port that the container publishes" if is_in_container() else f"port {port} of {where}"
        yield f"Other machines can reach it too, at {at}; programs need the token {token}."
    elif settings.token is not None:
        yield f"Whoever talks to it needs the token {token}."
