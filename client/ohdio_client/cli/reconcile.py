"""``ohdio reconcile``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_json, print_line

if TYPE_CHECKING:
    from ohdio_core.schemas.queue import Reconciled


def reconcile(*, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Send lost messages again, and take work back from dead workers, now; ohdio does it every few seconds anyway."""
    with connected(api, data) as client:
        done = client.queue.reconcile()
    if as_json:
        print_json(done)
    else:
        print_line(*(list(_lines(done)) or ["Nothing had to be put right."]))


def _lines(done: Reconciled) -> Iterator[str]:
    if done.taken_back:
        yield f"Taken back from workers that fell silent: {done.taken_back}."
    if done.due:
        yield f"Due again: {done.due}."
    if done.sent_again:
        yield f"Workers were told again, as the message was lost, of: {done.sent_again}."
