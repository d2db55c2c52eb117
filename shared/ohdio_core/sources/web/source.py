"""Any web page: a listing of the books that are found on it; a link to a file or playlist is a book itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urldefrag, urlsplit

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Media, Part, Target, TargetKind
from ohdio_core.domain.identity import identity_of
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.sentences import sentence, together
from ohdio_core.sources.canonical import canonical_url
from ohdio_core.sources.http import OpenPage, SiteClient
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.rss import RssSource
from ohdio_core.sources.web import links
from ohdio_core.sources.web.apple import feed_of_podcast
from ohdio_core.sources.web.content import Content, NothingFound, listed_book, read_page
from ohdio_core.sources.web.deduplication import Deduplicate, RecordingDeduplicator, keep_all
from ohdio_core.sources.web.directories import read_directory_book, walk_directories
from ohdio_core.sources.web.found import Audio, FoundBook
from ohdio_core.sources.web.frames import FollowFrames
from ohdio_core.sources.web.names import refs_of, refs_on
from ohdio_core.sources.web.page import Answer, Kind, ask
from ohdio_core.sources.web.players import feed_hint
from ohdio_core.sources.web.playlists import details_in, is_hls, parse_playlist

_MOST_FEEDS = 5  # tried, of those that one page names
_FEED = "feed"
_DIRECTORIES = "directories"
_ELSEWHERE = "elsewhere"
_PERHAPS_YTDLP = sentence(
    "page.perhaps_ytdlp",
    "Sites that build their pages in the browser may be readable for yt-dlp: install the extra ohdio[ytdlp] and set "
    "OHDIO_YTDLP=true.",
)


class WebSource:
    """Implements ``Source`` for every link that no other source knows.

    Args:
        last_resort: Who is asked about a page on which nothing is found.
    """

    name = links.NAME
    label = sentence("web.label", "web pages and directory listings with audio, links to audio files and playlists")
    measures_durations = False
    is_feed = False
    knows_kind_from_link = False
    examples: tuple[str, ...] = (
        "https://stories.example/the-lighthouse/",
        "https://stories.example/the-lighthouse.mp3",
        "https://stories.example/lighthouse/all.m3u",
    )

    def __init__(self, last_resort: Source | None = None) -> None:
        self._feeds = RssSource()
        self._last_resort = last_resort

    def match(self, url: str) -> Target | None:
        """Return the target of any http(s) link: files and playlists are books, all else is a listing."""
        return links.match(url)

    def site_key(self, target_url: str) -> str:
        """Return the host: each is paced by itself."""
        return urlsplit(target_url).hostname or self.name

    @staticmethod
    def former_id(ref: BookRef) -> str | None:
        """Return the book's URL, which was the id before revision 0009."""
        return ref.url

    def discover(self, target: Target, http: SiteClient, cursor: str | None = None) -> Iterator[ListingPage]:
        """Read the page, and yield its books, the books under it, or what its feed lists.

        The cursor says, in JSON, which of these it was and where to go on.

        Raises:
            NothingFound: There is no recording on the page, and the last resort finds none either.
        """
        if cursor is not None:
            yield from self._go_on(target, http, _read_cursor(cursor))
            return
        answer = ask(target.url, http)
        if answer.kind is Kind.FEED:
            http.read_again(
                target.url, OpenPage(answer.url, {"content-type": answer.content_type}, iter([answer.body]))
            )
            # Named by what was added: where a redirect ends may be another place tomorrow.
            yield from self._read_feed(target.url, http, None)
        elif answer.kind is Kind.PAGE and (feed := feed_of_podcast(target.url, answer.body, http)) is not None:
            yield from self._read_feed(feed, http, None)
        elif answer.kind is Kind.PAGE:
            try:
                content = read_page(
                    answer.body, answer.url, answer.content_type, RecordingDeduplicator(http), FollowFrames(http)
                )
            except NothingFound as error:
                yield from self._ask_last_resort(target, http, error)
                return
            yield from self._pages(target, http, content, answer.url)
        else:
            book = self._file(target.url, answer)
            yield ListingPage((book.ref(target.url),), None, title=book.details.title)

    def describe(self, ref: BookRef, http: SiteClient) -> BookDetails:
        """Return the description from the listing, or read the book's own link."""
        if ref.complete_details is not None:
            return ref.complete_details
        return self._find(ref, http, RecordingDeduplicator(http)).described()

    def resolve(self, ref: BookRef, part: Part, http: SiteClient) -> Media:
        """Return the recording's address; one that is valid for minutes only is read from the page again."""
        if part.url is not None:
            return Audio(part.url, size=part.size, is_stream=part.external_id.startswith(links.STREAM_MARK)).media()
        # Every form of a recording has an id of its own, so none need be compared to find the one that was kept.
        audio = self._find(ref, http, keep_all).audio
        named = [one for one in audio if links.audio_id(one.url, is_stream=one.is_stream) == part.external_id]
        if len(named) > 1:
            # What differs in its signature only has one id: then the place in the list decides.
            audio = RecordingDeduplicator(http)(audio)
            named = [one for one in audio[part.index : part.index + 1] if one in named] or named
        if named:
            return named[0].media()
        raise NotFound(
            sentence(
                "page.recording_gone",
                "{link} does not offer the recording “{title}” any more.",
                link=ref.url,
                title=part.title or part.index + 1,
            )
        )

    def _pages(self, target: Target, http: SiteClient, content: Content, url: str) -> Iterator[ListingPage]:
        if content.listing is not None:
            # A server adds the slash that a directory's address lacks; else a redirect's end names nothing.
            start = url if canonical_url(url) == f"{target.url}/" else target.url
            yield from walk_directories([start], http, _cursor_of_directories, start=target.url, is_start=True)
        elif content.feeds:
            yield from self._first_feed(content, http, target)
        else:
            yield ListingPage(refs_on(content, target.url), None)

    def _go_on(self, target: Target, http: SiteClient, cursor: dict[str, object]) -> Iterator[ListingPage]:
        match cursor:
            case {"kind": "feed", "url": str(url), "at": str(at)}:
                yield from self._read_feed(url, http, at)
            case {"kind": "directories", "pending": list(pending)}:
                urls = [str(url) for url in pending]
                yield from walk_directories(urls, http, _cursor_of_directories, start=target.url, is_start=False)
            case {"kind": "elsewhere", "at": str(at)} if self._last_resort is not None:
                yield from _marked(self._last_resort.discover(target, http, at), {"kind": _ELSEWHERE})
            case _:
                raise PermanentError(
                    sentence(
                        "scan.lost_place",
                        "The scan of {link} cannot go on where it stopped. Add the link again.",
                        link=target.url,
                    )
                )

    def _first_feed(self, content: Content, http: SiteClient, target: Target) -> Iterator[ListingPage]:
        """Return the first feed that has recordings; where none has, what the page itself offers."""
        for feed in content.feeds[:_MOST_FEEDS]:
            pages = self._read_feed(feed, http, None)
            try:
                first = next(pages, None)
            except PermanentError:
                continue  # what a page names may be gone or no feed at all; the next may be one
            if first is not None and first.books:
                yield first
                yield from pages
                return
        if not (refs := refs_on(content, target.url)):
            raise NothingFound(target.url)
        yield ListingPage(refs, None)

    def _read_feed(self, url: str, http: SiteClient, cursor: str | None) -> Iterator[ListingPage]:
        target = self._feeds.match(url)
        if target is None or target.kind is not TargetKind.CATEGORY:
            # Its address does not look like a feed's, its content does; "feed:" makes no difference to who reads it.
            canonical = canonical_url(url)
            its_id = links.short_hash(identity_of(canonical))
            target = Target(TargetKind.CATEGORY, self._feeds.name, canonical, its_id)
        yield from _marked(self._feeds.discover(target, http, cursor), {"kind": _FEED, "url": url})

    def _ask_last_resort(self, target: Target, http: SiteClient, error: NothingFound) -> Iterator[ListingPage]:
        if self._last_resort is None:
            if (hint := feed_hint(target.url)) is not None:
                raise PermanentError(together(error.sentence, hint)) from error
            raise PermanentError(together(error.sentence, _PERHAPS_YTDLP)) from error
        yield from _marked(self._last_resort.discover(target, http), {"kind": _ELSEWHERE})

    def _find(self, ref: BookRef, http: SiteClient, one_each: Deduplicate) -> FoundBook:
        """Read a book's own link, find the book there, and read the playlist that is all of it."""
        book = self._find_on_page(ref, http, one_each)
        if not book.is_unopened or book.audio[0].url == ref.url:
            return book
        answer = ask(book.audio[0].url, http)
        if answer.kind is not Kind.PLAYLIST or is_hls(answer.body):
            return book
        return replace(book, audio=parse_playlist(answer.body, answer.url))

    def _find_on_page(self, ref: BookRef, http: SiteClient, one_each: Deduplicate) -> FoundBook:
        if links.kind_of(ref.url, is_named_by_person=True) is links.LinkKind.AUDIO:
            return _one_file(ref.url, is_stream=False)
        page = urldefrag(ref.url).url
        answer = ask(page, http)
        if answer.kind is Kind.FEED:
            raise PermanentError(
                sentence("page.is_feed", "{link} is a feed. Add its link, and its items become books.", link=page)
            )
        if answer.kind is not Kind.PAGE:
            return self._file(page, answer)
        content = read_page(answer.body, answer.url, answer.content_type, one_each, FollowFrames(http))
        if content.listing is not None:
            return read_directory_book(listed_book(content.listing, ref.details), content.listing.discs, http)
        for named, book in zip(refs_of(content.books, page), content.books, strict=True):
            if ref.url == named.url or ref.external_id == named.external_id:
                return book
        if len(content.books) == 1 and content.books[0].audio:
            return content.books[0]
        raise NotFound(
            sentence(
                "page.book_gone",
                "{link} does not offer the book “{title}” (any more).",
                link=page,
                title=ref.title or ref.url,
            )
        )

    def _file(self, url: str, answer: Answer) -> FoundBook:
        if answer.kind is Kind.AUDIO:
            return _one_file(url, is_stream=False)
        if is_hls(answer.body):
            return _one_file(url, is_stream=True)
        audio = parse_playlist(answer.body, answer.url)
        return FoundBook(details_in(answer.body, url), audio)


def _one_file(url: str, *, is_stream: bool) -> FoundBook:
    title = links.name_in(url)
    return FoundBook(BookDetails(title=title), (Audio(url, title, is_stream=is_stream),))


def _read_cursor(cursor: str) -> dict[str, object]:
    try:
        value = json.loads(cursor)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {}


def _cursor_of_directories(pending: list[str]) -> str:
    return json.dumps({"kind": _DIRECTORIES, "pending": pending})


def _marked(pages: Iterator[ListingPage], mark: dict[str, str]) -> Iterator[ListingPage]:
    """Return another source's page with its cursor marked, so that the scan goes on with that source."""
    for page in pages:
        cursor = None if page.next_cursor is None else json.dumps({**mark, "at": page.next_cursor})
        yield replace(page, next_cursor=cursor)
