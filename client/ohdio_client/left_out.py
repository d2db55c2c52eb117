"""What a listing has besides books, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ohdio_client.language import sentence_of
from ohdio_core.sentences import Sentence, listed, sentence, together_if_any

if TYPE_CHECKING:
    from ohdio_core.schemas.sentences import SentenceView


def remark(left_out: Mapping[str, int], messages: Mapping[str, SentenceView], note: Sentence | None) -> Sentence | None:
    """Return what to know of a scan or preview: how many entries are no books, and its note; None for nothing.

    Args:
        left_out: How many there are of each kind, in English.
        messages: Its kinds as ids and values; without those that an earlier version counted.
    """
    kinds = sorted(((count, what) for what, count in left_out.items()), reverse=True)
    said = [(count, sentence_of(what, messages.get(what)) or what) for count, what in kinds]
    counted = [_counted(count, what, number) for number, (count, what) in enumerate(said)]
    entries = sentence("left_out", "Left out: {entries}.", entries=listed(*counted)) if counted else None
    return together_if_any(entries, note)


def _counted(count: int, what: Sentence | str, number: int) -> Sentence:
    if number:
        return sentence("left_out.others", "{count} with {what}", count=count, what=what)
    if count == 1:
        return sentence("left_out.one", "1 entry with {what}", what=what)
    return sentence("left_out.first", "{count} entries with {what}", count=count, what=what)
