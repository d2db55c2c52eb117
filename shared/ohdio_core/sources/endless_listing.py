"""The end of patience with a listing whose pages never end, which is a fault of its site."""

from __future__ import annotations

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence


class EndlessListing(PermanentError):
    """A listing has more pages than any real one.

    Args:
        url: The listing's address.
        most: How many pages are read.
    """

    def __init__(self, url: str, most: int) -> None:
        self.url = url
        self.most = most
        super().__init__(
            sentence("listing.endless", "{link} has more than {most} pages; the rest is not read.", link=url, most=most)
        )
