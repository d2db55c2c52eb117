"""Why items of a feed are no books, counted, so that none is left out in silence."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ohdio_core.errors import PermanentError


class Omission(StrEnum):
    """Why an item has no recording; in the order in which it is reported."""

    NO_FILE = "no file"
    VIDEO = "a video"
    PICTURE = "a picture"
    DOCUMENT = "a document"
    OTHER_FILE = "a file that is no sound"
    BAD_ADDRESS = "a file at an address that cannot be followed"
    UNREADABLE = "broken XML"


def counted(omitted: Mapping[Omission, int]) -> dict[str, int]:
    """Return the counts in words, in the order in which they are reported."""
    return {each.value: omitted[each] for each in Omission if omitted.get(each)}


def note_on(omitted: Mapping[Omission, int]) -> str | None:
    """Return a sentence on what a book lacks of the entries of its feed; None where it lacks none."""
    counts = [f"{count} with {what}" for what, count in counted(omitted).items()]
    return f"Of the entries of its feed some are left out: {', '.join(counts)}." if counts else None


class LeftOut(Exception):
    """An item is no episode.

    Args:
        omission: Why.
    """

    def __init__(self, omission: Omission) -> None:
        super().__init__(omission)
        self.omission = omission


class NoEpisodes(PermanentError):
    """A feed was read to its end, and there is nothing in it to listen to."""

    def __init__(self, feed: str, omitted: Mapping[Omission, int]) -> None:
        self.feed = feed
        total = sum(omitted.values())
        if not total:
            why = "it has no items yet. Add it again once something has been published"
        else:
            counts = ", ".join(f"{count} have {what}" for what, count in counted(omitted).items())
            why = f"of its {total} items, {counts}"
        super().__init__(f"The feed {feed} has no episodes with a recording: {why}.")
