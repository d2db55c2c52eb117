"""Why items of a feed are no books, counted, so that none is left out in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, listed, sentence


class Omission(Enum):
    """Why an item has no recording, by what it has in its place; in the order in which it is reported."""

    NO_FILE = sentence("omission.no_file", "no file")
    VIDEO = sentence("omission.video", "a video")
    PICTURE = sentence("omission.picture", "a picture")
    DOCUMENT = sentence("omission.document", "a document")
    OTHER_FILE = sentence("omission.other_file", "a file that is no sound")
    BAD_ADDRESS = sentence("omission.bad_address", "a file at an address that cannot be followed")
    UNREADABLE = sentence("omission.broken_xml", "broken XML")


def counted(omitted: Mapping[Omission, int]) -> dict[Sentence, int]:
    """Return the counts by what there is, in the order in which they are reported."""
    return {each.value: omitted[each] for each in Omission if omitted.get(each)}


def note_on(omitted: Mapping[Omission, int]) -> Sentence | None:
    """Return a sentence on what a book lacks of the entries of its feed; None where it lacks none."""
    counts = [
        sentence("omission.count", "{count} with {what}", count=count, what=what)
        for what, count in counted(omitted).items()
    ]
    if not counts:
        return None
    return sentence("omission.some", "Of the entries of its feed some are left out: {counts}.", counts=listed(*counts))


class LeftOut(Exception):
    """An item is no episode.

    Args:
        omission: Why.
    """

    def __init__(self, omission: Omission) -> None:
        super().__init__(omission.name)
        self.omission = omission


class NoEpisodes(PermanentError):
    """A feed was read to its end, and there is nothing in it to listen to."""

    def __init__(self, feed: str, omitted: Mapping[Omission, int]) -> None:
        self.feed = feed
        super().__init__(_no_episodes(feed, omitted))


#: How many items have what in the place of a recording.
_HAVE: dict[Omission, Callable[[int], Sentence]] = {
    Omission.NO_FILE: lambda count: sentence("feed.have_no_file", "{count} have no file", count=count),
    Omission.VIDEO: lambda count: sentence("feed.have_video", "{count} have a video", count=count),
    Omission.PICTURE: lambda count: sentence("feed.have_picture", "{count} have a picture", count=count),
    Omission.DOCUMENT: lambda count: sentence("feed.have_document", "{count} have a document", count=count),
    Omission.OTHER_FILE: lambda count: sentence(
        "feed.have_other_file", "{count} have a file that is no sound", count=count
    ),
    Omission.BAD_ADDRESS: lambda count: sentence(
        "feed.have_bad_address", "{count} have a file at an address that cannot be followed", count=count
    ),
    Omission.UNREADABLE: lambda count: sentence("feed.have_broken_xml", "{count} have broken XML", count=count),
}


def _no_episodes(feed: str, omitted: Mapping[Omission, int]) -> Sentence:
    counts = [has(omitted[each]) for each, has in _HAVE.items() if omitted.get(each)]
    if not counts:
        return sentence(
            "feed.no_items",
            "The feed {link} has no episodes with a recording: it has no items yet. Add it again once something has "
            "been published.",
            link=feed,
        )
    return sentence(
        "feed.no_episodes",
        "The feed {link} has no episodes with a recording: of its {total} items, {counts}.",
        link=feed,
        total=sum(omitted.values()),
        counts=listed(*counts),
    )
