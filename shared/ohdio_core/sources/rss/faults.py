"""What can be wrong with a document that should be a feed."""

from __future__ import annotations

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence


class NotAFeed(PermanentError):
    """What was read is something else; ``url`` is where."""

    def __init__(self, url: str, message: Sentence) -> None:
        super().__init__(message)
        self.url = url


class SubscriptionList(NotAFeed):
    """It is a list of feeds (OPML): ``feeds``, their addresses as they are written, and ``title``, "" for none."""

    def __init__(self, url: str, title: str, feeds: tuple[str, ...]) -> None:
        super().__init__(
            url,
            sentence(
                "feed.is_list",
                "{link} is no feed but a list of {count} feeds. Add the list, or one of its feeds.",
                link=url,
                count=len(feeds),
            ),
        )
        self.title = title
        self.feeds = feeds


class BrokenFeed(PermanentError):
    """It is a feed, of which some cannot be read; what could be was given before."""


def cut_off(url: str) -> BrokenFeed:
    """Return the error of a feed whose end is missing."""
    return BrokenFeed(
        sentence(
            "feed.cut",
            "The feed {link} ends in the middle. What was read of it is kept; the rest is missing there.",
            link=url,
        )
    )
