"""What no other source can read: single recordings and playlists of the sites that yt-dlp knows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from importlib.util import find_spec
from typing import Any
from urllib.parse import urldefrag, urlsplit

from ohdio_core.current import Current, current
from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, Part, Target, TargetKind
from ohdio_core.domain.identity import identity_of
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.http import ClientSettings, SiteClient
from ohdio_core.sources.ytdlp.extract import MAX_ENTRIES
from ohdio_core.sources.ytdlp.media import address_of, choose_media, describe_item, describe_list
from ohdio_core.sources.ytdlp.process import extract

NAME = "ytdlp"

#: Sites whose pages tell nothing without it; on any other the web source looks first.
_HOSTS = re.compile(
    r"(?:.+\.)?(?:youtube\.com|youtu\.be|soundcloud\.com|mixcloud\.com|bandcamp\.com|vimeo\.com|dailymotion\.com)"
)


def is_installed() -> bool:
    """Return whether the extra is installed, without importing it."""
    return find_spec("yt_dlp") is not None


def host_of_ytdlp(url: str) -> str | None:
    """Return the host of a link if its pages can only be read with yt-dlp; None for any other link."""
    host = urlsplit(url).hostname or ""
    return host if _HOSTS.fullmatch(host) else None


class YtdlpSource:
    """Implements ``Source`` through yt-dlp, for the sites that need it and for pages where nothing else is found."""

    name = NAME
    label = sentence("ytdlp.label", "sites that yt-dlp reads")
    measures_durations = False
    is_feed = False
    knows_kind_from_link = False
    examples: tuple[str, ...] = ("https://soundcloud.com/someone/a-story", "https://someone.bandcamp.com/album/stories")

    def __init__(self, settings: ClientSettings | Current[ClientSettings]) -> None:
        self._settings = current(settings)

    def match(self, url: str) -> Target | None:
        """Return the target of a link to a site that only yt-dlp reads; else None."""
        if refuse_reason(url) is not None:
            return None
        canonical = canonical_url(url).removesuffix("#book")
        parts = urlsplit(canonical)
        if parts.scheme not in ("http", "https") or host_of_ytdlp(canonical) is None:
            return None
        kind = TargetKind.AUDIOBOOK if parts.fragment else TargetKind.CATEGORY
        return Target(kind, NAME, canonical, identity_of(canonical))

    def site_key(self, target_url: str) -> str:
        """Return the host: each is paced by itself."""
        return urlsplit(target_url).hostname or self.name

    @staticmethod
    def former_id(ref: BookRef) -> str | None:
        """Return the book's URL, which was the id before revision 0009."""
        return ref.url

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Yield one page: the entries of a playlist, or the single recording. There is no cursor to go on from."""
        del cursor
        info = extract(target.url, http, self._settings())
        if "entries" not in info:
            choose_media(info, target.url)
            details = describe_item(info, address_of(info) or target.url)
            yield ListingPage((self._ref(address_of(info) or target.url, details),), None, title=details.title)
            return
        entries = info["entries"]
        if len(entries) > MAX_ENTRIES:
            raise PermanentError(
                sentence(
                    "ytdlp.too_many_recordings",
                    "{link} lists more than {most:,} recordings. Add some of them instead.",
                    link=target.url,
                    most=MAX_ENTRIES,
                )
            )
        if not entries:
            raise PermanentError(
                sentence("ytdlp.empty_list", "yt-dlp finds no recording in the list {link}.", link=target.url)
            )
        urls = _entry_urls(entries, target.url)
        refs = [self._entry(entry, url) for entry, url in zip(entries, urls, strict=True)]
        yield ListingPage(tuple(refs), None, title=str(info.get("title") or "") or None, total=len(refs))

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return the description from the listing, or from yt-dlp; a playlist in a playlist is one book."""
        if ref.complete_details is not None:
            return ref.complete_details
        info = self._find(ref.url, http)
        if "entries" in info:
            return describe_list(info, _entry_urls(info["entries"], ref.url), ref.url)
        return describe_item(info, ref.url)

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Return an address from yt-dlp that is valid now."""
        del ref  # a part's id is the address that yt-dlp is given for it
        return choose_media(self._find(part.external_id, http), part.external_id)

    def _find(self, url: str, http: SiteClient) -> dict[str, Any]:
        page, key = urldefrag(url)
        info = extract(page, http, self._settings())
        if not key:
            return info
        entries = info.get("entries") or []
        for entry, entry_url in zip(entries, _entry_urls(entries, page), strict=True):
            if entry_url == url:
                found: dict[str, Any] = entry
                return found
        raise NotFound(sentence("ytdlp.recording_gone", "{link} does not offer this recording any more.", link=page))

    def _entry(self, entry: dict[str, Any], url: str) -> BookRef:
        ref = self._ref(url, describe_item(entry, url))
        # What a listing says of an entry is short; the entry itself tells more.
        return replace(ref, details=None)

    def _ref(self, url: str, details: BookDetails) -> BookRef:
        return BookRef(NAME, url, identity_of(url), details.title, details.authors, details.cover_url, details=details)


def _entry_urls(entries: list[dict[str, Any]], page: str) -> list[str]:
    """Return a URL for each entry of a list: its own page, or, where several share one, that with its own key."""
    addresses = [address_of(entry) for entry in entries]
    uses = Counter(addresses)
    urls: list[str] = []
    taken = Counter[str]()
    for entry, address in zip(entries, addresses, strict=True):
        if address is not None and address != page and uses[address] == 1:
            urls.append(address)
            continue
        identity = f"{entry.get('id')} {entry.get('title')}"
        taken[identity] += 1
        # Entries that nothing tells apart are told apart by their order.
        key = identity if taken[identity] == 1 else f"{identity} {taken[identity]}"
        urls.append(f"{page}#book={sha256(key.encode()).hexdigest()[:16]}")
    return urls
