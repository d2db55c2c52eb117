"""Deduplication of the recordings that a page links to: by what their addresses answer, never by their queries.

Pages offer a recording to be played, to be downloaded and in a new window (``x.mp3``, ``x.mp3?ref=download``); others
name every recording by a query (``play?id=1``). The address does not tell which it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import structlog

from ohdio_core.errors import OhdioError, Postponed
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.web import links
from ohdio_core.sources.web.fingerprint import Fingerprint, fingerprint
from ohdio_core.sources.web.found import Audio

Deduplicate = Callable[[tuple[Audio, ...]], tuple[Audio, ...]]

_MOST_ASKED = 40  # addresses of one page: at the usual pace as many seconds
_MOST_IN_VAIN = 12  # one after the other, each unlike all others: then it is the query that names the recording
_MOST_ALIKE = 40  # addresses of one name; no recording is offered in so many forms
_PROOFS = 3  # of recordings whose two forms were compared: then the same difference means the same on this page

log = structlog.get_logger(__name__)

_Manner = frozenset[tuple[str, str, str]]  # how two addresses of one name differ


def keep_all(audio: tuple[Audio, ...]) -> tuple[Audio, ...]:
    """Return all recordings as the page lists them, without a request."""
    return audio


class RecordingDeduplicator:
    """Removes duplicates among the recordings of one page by requesting the beginnings of their files.

    Answers are cached, so a page may be processed in several steps.
    """

    def __init__(self, http: SiteClient) -> None:
        self._http = http
        self._asked: dict[str, Fingerprint | None] = {}
        self._in_vain = 0
        self._proven: Counter[_Manner] = Counter()
        self._refuted: set[_Manner] = set()

    def __call__(self, audio: tuple[Audio, ...]) -> tuple[Audio, ...]:
        """Return each recording once, in the order of the first mentions; the shortest address of each is kept.

        Addresses whose answers do not settle it stay recordings of their own.

        Raises:
            Postponed: It is not this site's turn.
        """
        alike: dict[str, list[Audio]] = {}
        for one in audio:
            if not one.is_stream:
                alike.setdefault(_name(one.url), []).append(one)
        kept = {one.url: one for one in audio}
        # The fewer are called alike, the likelier they are forms of one.
        for group in sorted(alike.values(), key=len):
            if 1 < len(group) <= _MOST_ALIKE:
                self._unite(group, kept)
        return tuple(kept.values())

    def _unite(self, group: Sequence[Audio], kept: dict[str, Audio]) -> None:
        """Remove all but one address of each recording in a group from ``kept``."""
        found: list[list[Audio]] = []
        for one in group:
            forms = next((forms for forms in found if self._are_one(forms[0], one)), None)
            if forms is None:
                found.append([one])
            else:
                forms.append(one)
                log.info("one recording in two forms", kept=forms[0].url, left_out=one.url)
        for first, *others in found:
            for other in others:
                del kept[other.url]
            kept[first.url] = _united([first, *others])

    def _are_one(self, one: Audio, other: Audio) -> bool:
        manner = _manner(one.url, other.url)
        ours, theirs = self._answer(one.url), self._answer(other.url)
        if ours is not None and theirs is not None:
            is_one = ours.is_of(theirs)
            if is_one:
                self._proven[manner] += 1
                self._in_vain = 0
            else:
                self._refuted.add(manner)
            return is_one
        is_unasked = one.url not in self._asked or other.url not in self._asked
        return is_unasked and self._proven[manner] >= _PROOFS and manner not in self._refuted

    def _answer(self, url: str) -> Fingerprint | None:
        """Return the fingerprint of an address's answer; None where it has none, or the requests are used up."""
        if url not in self._asked and len(self._asked) < _MOST_ASKED and self._in_vain < _MOST_IN_VAIN:
            self._in_vain += 1
            try:
                self._asked[url] = fingerprint(url, self._http)
            except Postponed:
                raise
            except OhdioError as error:
                log.info("recording not compared", link=url, reason=str(error))
                self._asked[url] = None
        return self._asked.get(url)


def _united(forms: Sequence[Audio]) -> Audio:
    best = min(forms, key=lambda form: len(urlsplit(form.url).query))
    return replace(
        best,
        title=next((form.title for form in forms if form.title), None),
        duration=next((form.duration for form in forms if form.duration), None),
    )


def _name(url: str) -> str:
    """Return what addresses of one recording have in common: the name of its file, else all but the query."""
    parts = urlsplit(url)
    if links.kind_of(url) is links.LinkKind.AUDIO:
        return unquote(parts.path).rpartition("/")[2]
    return f"{parts.netloc}{parts.path}"


def _manner(one: str, other: str) -> _Manner:
    return frozenset(
        (parts.netloc, parts.path.rpartition("/")[0], parts.query) for parts in (urlsplit(one), urlsplit(other))
    )
