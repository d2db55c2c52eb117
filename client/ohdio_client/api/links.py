"""The routes that take links, or find some."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import httpx

from ohdio_client.api.errors import LinksRefused
from ohdio_client.api.transport import LONG_TIMEOUT, Transport
from ohdio_core.schemas.catalogues import SearchResults
from ohdio_core.schemas.previews import Preview
from ohdio_core.schemas.submissions import SubmissionResult, SubmissionResults, SubmissionState, Wishes

_MOST_LINKS = 500


class LinkRoutes:
    """What one API can be asked of links."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(self, urls: Sequence[str], wishes: Wishes | None = None) -> Sequence[SubmissionResult]:
        """Add links, and return what became of each, in order.

        Raises:
            LinksRefused: None of them was accepted; one line each.
        """
        results = [result for answers in self.adding(urls, wishes) for result in answers]
        if results and all(result.state is SubmissionState.REFUSED for result in results):
            raise LinksRefused(results)
        return results

    def adding(self, urls: Sequence[str], wishes: Wishes | None = None) -> Iterator[Sequence[SubmissionResult]]:
        """Add links, some hundreds with each step; yield what became of those, also when all were refused.

        Raises:
            ApiError: The API refused; what was yielded before is taken.
            ApiUnreachable: It did not answer; what was yielded before is taken.
        """
        for start in range(0, len(urls), _MOST_LINKS):
            # Not as a model: a text that is none is refused by the API, like any other link that is wrong.
            yield self._submit("submissions", "urls", list(urls[start : start + _MOST_LINKS]), wishes)

    def import_links(self, document: str, wishes: Wishes) -> Sequence[SubmissionResult]:
        """Add the links of a document; return what became of each, also when all were refused."""
        return self._submit("imports", "document", document, wishes, LONG_TIMEOUT)

    def preview(self, url: str, wishes: Wishes) -> Preview:
        """Return what a link would add.

        Raises:
            LinksRefused: It cannot be collected.
        """
        # What books would be filed as changes nothing about which they are.
        asked = {name: value for name, value in _asked(wishes).items() if name != "form"}
        return self._transport.order(Preview, "POST", "preview", {"url": url, **asked})

    def search(self, words: str, most: int) -> SearchResults:
        """Return what catalogues have for some words, ``most`` of each."""
        return self._transport.read(SearchResults, "search", q=words, limit=most)

    def _submit(
        self, path: str, name: str, what: object, wishes: Wishes | None, timeout: httpx.Timeout | None = None
    ) -> Sequence[SubmissionResult]:
        body = {name: what, **({} if wishes is None else _asked(wishes))}
        try:
            return self._transport.order(SubmissionResults, "POST", path, body, timeout=timeout).results
        except LinksRefused as refusal:
            return refusal.results


def _asked(wishes: Wishes) -> dict[str, object]:
    """Return the members of a body for what somebody asked for; nothing for what is usual."""
    return wishes.model_dump(mode="json", by_alias=True, exclude_unset=True)
