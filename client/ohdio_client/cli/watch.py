"""``ohdio watch``."""

from __future__ import annotations

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.scans import UNSETTLED, print_scans, read_scans

_INTERVAL = 0.5  # seconds between two looks


def watch(*, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Watch scans and downloads until nothing is left to do, or Ctrl-C."""
    from rich.console import Console

    from ohdio_client.cli.output import print_json, print_line
    from ohdio_client.cli.queue import summary
    from ohdio_client.collection import CollectionState
    from ohdio_client.progress import make_display
    from ohdio_client.signals import StopSignal

    stop = StopSignal()
    with connected(api, data) as client:
        with make_display(Console(stderr=True)) as display:
            while True:
                state = CollectionState(read_scans(client, UNSETTLED), client.queue.progress())
                if not as_json:
                    display.show(state)
                if state.is_over or stop.wait(_INTERVAL):
                    break
        stats = client.queue.stats()
    if as_json:
        print_json({"stats": stats, "scans": state.scans})
    else:
        print_scans(state.scans)
        print_line(summary(stats))
