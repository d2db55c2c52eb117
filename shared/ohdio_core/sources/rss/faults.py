"""What can be wrong with a document that should be a feed."""

from __future__ import annotations

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence


class NotAFeed(PermanentError):
    """What was read is something else; ``url`` is where."""

    def __init__(self, url: str, message: Sentence) -> None:
        super().__init__(message)
        self.url = url


class BrokenFeed(PermanentError):
    """It is a feed, of which some cannot be read; what could be was given before."""
