"""What is told, and how people are told it in their language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ohdio_core.domain.telling import ChannelKind, TellingEvent
from ohdio_core.sentences import Sentence, sentence, together
from ohdio_core.translations import Translation

_MOST_NAMED = 10  # of each kind, in one message
TEST = "test"


class Destination(NamedTuple):
    """Where a message goes."""

    kind: ChannelKind
    address: str
    secret: str | None
    language: str


class Told(NamedTuple):
    """Something that has happened."""

    event: str  #: a ``TellingEvent``, or ``TEST``
    audiobook_id: int | None
    title: str
    reason: str | None
    message: Mapping[str, Any] | None
    at: str  #: in ISO 8601

    @classmethod
    def test(cls) -> Told:
        """Return what a test tells."""
        return cls(TEST, None, "ohdio", None, None, datetime.now(UTC).isoformat())

    def as_record(self) -> dict[str, Any]:
        """Return it as a delivery keeps it."""
        return self._asdict()


class Digest(NamedTuple):
    """A message for people."""

    title: str
    body: str


def compose(told: Sequence[Told], language: str) -> Digest:
    """Return one message that tells everything, what is complete first; of much, the first ones by name."""
    translation = Translation(language)
    if all(each.event == TEST for each in told):
        return Digest("ohdio", translation.translated(_TEST))
    by_event: dict[str, list[Told]] = defaultdict(list)
    for each in told:
        by_event[each.event].append(each)
    counts, lines = [], []
    for event in TellingEvent:
        some = by_event.get(event, [])
        if not some:
            continue
        counts.append(_COUNTS[event](len(some)))
        lines += [translation.translated(_line(event, each, translation)) for each in some[:_MOST_NAMED]]
        if len(some) > _MOST_NAMED:
            lines.append(
                translation.translated(sentence("telling.more", "and {count} more", count=len(some) - _MOST_NAMED))
            )
    return Digest("ohdio: " + translation.translated(together(*counts)), "\n".join(lines))


_TEST = sentence("telling.test", "This is a test: whoever reads it is told what becomes of books.")
_COUNTS = {
    TellingEvent.COMPLETED: lambda count: sentence("telling.completed_count", "{count} complete.", count=count),
    TellingEvent.FAILED: lambda count: sentence("telling.failed_count", "{count} failed.", count=count),
    TellingEvent.NEEDS_PERSON: lambda count: sentence("telling.waiting_count", "{count} need you.", count=count),
}


def _line(event: TellingEvent, told: Told, translation: Translation) -> Sentence:
    if event is TellingEvent.COMPLETED:
        return sentence("telling.completed", "Complete: {title}", title=told.title)
    reason = translation.translated_text(told.reason or "", told.message)
    if event is TellingEvent.FAILED:
        return sentence("telling.failed", "Failed: {title}: {reason}", title=told.title, reason=reason)
    return sentence("telling.waiting", "Needs you: {title}: {reason}", title=told.title, reason=reason)
