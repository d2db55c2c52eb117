"""``ohdio reset``."""

from __future__ import annotations

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_json, print_line
from ohdio_client.cli.queue import summary


def reset(*, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Begin all that waits or runs afresh, at once and with all its attempts; what was downloaded of it stays.

    What is paused, complete or failed is left as it is.
    """
    with connected(api, data) as client:
        changed = client.queue.reset()
        stats = client.queue.stats()
    if as_json:
        print_json({"changed": changed})
    elif changed:
        print_line(f"Beginning afresh: {books(changed)}.", summary(stats))
    else:
        print_line("Nothing waits or runs, so there is nothing to begin afresh.", summary(stats))
