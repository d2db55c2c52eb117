"""What a listing has besides books, in words."""

from __future__ import annotations

from collections.abc import Mapping

from ohdio_api.web.words import Words
from ohdio_core.schemas.sentences import SentenceView


def left_out_of(counts: Mapping[str, int], messages: Mapping[str, SentenceView], words: Words) -> str | None:
    """Return which entries of a listing are no books, and how many of each kind; None where all are.

    Args:
        counts: By what they are, in English.
        messages: Its keys as ids and values; without those that an earlier version counted.
    """
    if not counts:
        return None
    entries = [
        f"{words.translated_text(what, messages.get(what))} ({words.number(count)})" for what, count in counts.items()
    ]
    return words.gettext("Left out as they are no books: %(entries)s.") % {"entries": ", ".join(entries)}
