"""The queue in numbers, as one line of links and one edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ohdio_api.web.parts.edge import Edge, Look, shares_edge
from ohdio_api.web.words import Words
from ohdio_core.schemas.queue import QueueStats


class Number(NamedTuple):
    """How many are in one state."""

    status: str  #: as the address has it
    books: int
    text: str
    label: str


class Numbers(NamedTuple):
    """All of them."""

    counts: Sequence[Number]
    edge: Edge
    facts: Sequence[str]  #: how fast it goes, how long it takes, how much room there is


def show_numbers(stats: QueueStats, words: Words) -> Numbers:
    """Return the numbers of the queue, in the order of the edge."""
    _ = words.gettext
    counts = [
        ("completed", stats.completed, _("complete"), Look.WHOLE),
        ("processing", stats.processing, _("downloading"), Look.FILL),
        ("queued", stats.queued, _("waiting"), None),
        ("paused", stats.paused, _("paused"), Look.STOPPED),
        ("failed", stats.failed, _("failed"), Look.FAILED),
    ]
    return Numbers(
        [Number(status, count, words.number(count), label) for status, count, label, _look in counts],
        shares_edge([(look, count) for _status, count, _label, look in counts]),
        list(_facts(stats, words)),
    )


def _facts(stats: QueueStats, words: Words) -> list[str]:
    _ = words.gettext
    facts = [words.speed(stats.bytes_per_second)] if stats.bytes_per_second else []
    if stats.eta_seconds is not None:
        facts.append(_("%(time)s left") % {"time": words.duration(stats.eta_seconds)})
    if stats.disk_free_bytes is not None:
        facts.append(_("%(size)s free") % {"size": words.size(stats.disk_free_bytes)})
    if stats.trash_bytes:
        facts.append(_("%(size)s in the trash") % {"size": words.size(stats.trash_bytes)})
    return facts
