"""Feeds over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import psutil
import pytest
from structlog.testing import capture_logs

from ohdio_core.domain.audiobook import BookRef, ListingPage, MediaKind, Target
from ohdio_core.errors import Blocked, NotFound, OhdioError, PermanentError, TransientError
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, SiteClient
from ohdio_core.sources.rss import RssSource, links
from ohdio_core.sources.rss.omissions import NoEpisodes
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import FEED, item, rss

SOURCE = RssSource()
PATH = "/phare/feed.xml"


@pytest.fixture
def http(origin: Origin) -> Iterator[SiteClient]:
    factory = HttpClientFactory(ClientSettings(host_overrides={"podcasts.example": origin.url}))
    yield factory.site("podcasts.example")
    factory.close()


@pytest.fixture
def feed(origin: Origin) -> Target:
    """A feed of two pages."""
    origin.answer(PATH, rss(item(1), channel='<title>Le phare</title><atom:link rel="next" href="?page=2"/>'))
    origin.answer(f"{PATH}?page=2", rss(item(2)))
    target = SOURCE.match(FEED)
    assert target is not None
    return target


def books(feed: Target, http: SiteClient) -> list[BookRef]:
    return [book for page in SOURCE.discover(feed, http) for book in page.books]


def test_pages_are_walked_to_the_last(feed: Target, http: SiteClient) -> None:
    pages = list(SOURCE.discover(feed, http))
    assert [[book.title for book in page.books] for page in pages] == [["Récit 1"], ["Récit 2"]]
    assert [page.next_cursor for page in pages] == [f"{FEED}?page=2", None]


def test_a_cursor_goes_on_where_it_stopped(feed: Target, http: SiteClient) -> None:
    [page] = SOURCE.discover(feed, http, f"{FEED}?page=2")
    assert [book.url for book in page.books] == [books(feed, http)[1].url]


class TestLongFeeds:
    """One document of 450 items is read in stretches of 200."""

    @pytest.fixture
    def long(self, origin: Origin) -> Target:
        origin.answer(PATH, rss(*(item(number) for number in range(450))))
        target = SOURCE.match(FEED)
        assert target is not None
        return target

    def test_are_given_in_pages(self, long: Target, http: SiteClient, origin: Origin) -> None:
        pages = list(SOURCE.discover(long, http))
        assert [len(page.books) for page in pages] == [200, 200, 50]
        assert [page.next_cursor is None for page in pages] == [False, False, True]
        assert len(origin.requests) == 1

    def test_go_on_in_the_middle(self, long: Target, http: SiteClient) -> None:
        first, *rest = SOURCE.discover(long, http)
        again = list(SOURCE.discover(long, http, first.next_cursor))
        assert [page.books for page in again] == [page.books for page in rest]

    def test_go_on_after_the_same_item_when_the_feed_has_grown(
        self, long: Target, http: SiteClient, origin: Origin
    ) -> None:
        first, *_ = SOURCE.discover(long, http)
        origin.answer(PATH, rss(item(1000), *(item(number) for number in range(450))))
        again = [book.title for page in SOURCE.discover(long, http, first.next_cursor) for book in page.books]
        assert again == [f"Récit {number}" for number in range(200, 450)]

    def test_begin_again_when_the_place_is_gone(self, long: Target, http: SiteClient, origin: Origin) -> None:
        first, *_ = SOURCE.discover(long, http)
        origin.answer(PATH, rss(*(item(number) for number in range(250, 450))))
        again = [book.title for page in SOURCE.discover(long, http, first.next_cursor) for book in page.books]
        assert again == [f"Récit {number}" for number in range(250, 450)]

    def test_that_are_cut_keep_what_came_before(self, long: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(PATH, rss(*(item(number) for number in range(250)))[:-100])
        pages: list[ListingPage] = []
        with pytest.raises(PermanentError, match="ends in the middle"):
            pages.extend(SOURCE.discover(long, http))
        assert [len(page.books) for page in pages] == [200, 49]
        assert all(page.next_cursor is not None for page in pages)


@pytest.mark.parametrize("count", [20_000, pytest.param(100_000, marks=pytest.mark.full)])
def test_many_items_take_no_more_memory_than_a_few(origin: Origin, http: SiteClient, count: int) -> None:
    """50 MB for 100,000, made while they are sent."""
    filler = "Une île, deux sœurs et un phare. " * 10

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        head, tail = rss().split(b"</channel>")
        handler.wfile.write(head)
        for start in range(0, count, 1000):
            handler.wfile.write(
                "".join(item(n, f"<description>{filler}</description>") for n in range(start, start + 1000)).encode()
            )
        handler.wfile.write(b"</channel>" + tail)

    origin.answers[PATH] = reply
    target = SOURCE.match(FEED)
    assert target is not None
    process = psutil.Process()
    found, early, most = 0, 0, 0
    for page in SOURCE.discover(target, http):
        found += len(page.books)
        resident = process.memory_info().rss
        early = early or (resident if found >= 2000 else 0)
        most = max(most, resident)
    assert found == count
    assert most - early < 32 * 2**20


class TestOneBook:
    def test_all_pages_of_a_feed_are_one_book(self, feed: Target, http: SiteClient) -> None:
        target = SOURCE.match(links.book_url(feed.url))
        assert target is not None
        details = SOURCE.describe(BookRef("rss", target.url, target.external_id), http)
        assert (details.title, [part.title for part in details.parts]) == ("Le phare", ["Récit 1", "Récit 2"])

    def test_its_parts_are_fetched_from_their_enclosures(self, feed: Target, http: SiteClient) -> None:
        ref = BookRef("rss", links.book_url(feed.url), "x")
        part = SOURCE.describe(ref, http).parts[0]
        assert SOURCE.resolve(ref, part, http).url == "https://audio.example/1.mp3"
        assert SOURCE.resolve(ref, replace(part, url=None), http).url == "https://audio.example/1.mp3"


def test_pages_that_lead_in_a_circle_end(origin: Origin, http: SiteClient) -> None:
    origin.answer(PATH, rss(item(1), channel='<title>x</title><atom:link rel="next" href="feed.xml"/>'))
    target = SOURCE.match(FEED)
    assert target is not None
    assert [page.next_cursor for page in SOURCE.discover(target, http)] == [None]


class TestANextPageThatIsMissing:
    """The second page of the feed is not there."""

    def test_ends_a_scan_with_a_note_that_names_it(self, feed: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(f"{PATH}?page=2", status=404)
        first, last = SOURCE.discover(feed, http)
        assert [book.title for book in first.books] == ["Récit 1"]
        assert (last.books, last.next_cursor) == ((), None)
        assert f"{FEED}?page=2, is gone" in str(last.note)

    def test_ends_a_scan_that_goes_on_there(self, feed: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(f"{PATH}?page=2", status=404)
        [page] = SOURCE.discover(feed, http, f"{FEED}?page=2")
        assert (page.books, page.next_cursor, page.note is None) == ((), None, False)

    def test_leaves_a_book_of_what_there_is(self, feed: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(f"{PATH}?page=2", status=404)
        details = SOURCE.describe(BookRef("rss", links.book_url(feed.url), "x"), http)
        assert [part.title for part in details.parts] == ["Récit 1"]
        assert f"{FEED}?page=2, is gone" in str(details.note)

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"<html><title>Sorry</title><p>No such page.</html>", "text/html"),
            (b"<html><title>Sorry</title></html>", "application/rss+xml"),
            (b"<html><title>Sorry</title></html>", "text/html; charset=x-unheard-of"),
            (b"", "application/rss+xml"),
            (b'{"error": "no such page"}', "application/json"),
            (b"<error>no such page</error>", "text/xml"),
            (b"ID3" + bytes(range(256)) * 20_000, "audio/mpeg"),
        ],
        ids=["a web page", "one called a feed", "an unknown encoding", "nothing", "JSON", "other XML", "sound"],
    )
    def test_that_is_something_else_ends_a_scan_and_a_book(
        self, feed: Target, http: SiteClient, origin: Origin, body: bytes, content_type: str
    ) -> None:
        origin.answer(f"{PATH}?page=2", body, headers={"Content-Type": content_type})
        first, last = SOURCE.discover(feed, http)
        assert [book.title for book in first.books] == ["Récit 1"]
        details = SOURCE.describe(BookRef("rss", links.book_url(feed.url), "x"), http)
        assert [part.title for part in details.parts] == ["Récit 1"]
        for note in (last.note, details.note):
            assert f"{FEED}?page=2, is no feed" in str(note)

    @pytest.mark.parametrize("status", [400, 401, 410, 451])
    def test_that_cannot_be_read_ends_a_scan_and_a_book(
        self, feed: Target, http: SiteClient, origin: Origin, status: int
    ) -> None:
        origin.answer(f"{PATH}?page=2", status=status)
        *_, last = SOURCE.discover(feed, http)
        details = SOURCE.describe(BookRef("rss", links.book_url(feed.url), "x"), http)
        for note in (last.note, details.note):
            assert f"{FEED}?page=2, {'is gone' if status == 410 else 'cannot be read'}" in str(note)

    @pytest.mark.parametrize(("status", "error"), [(403, Blocked), (503, TransientError)])
    def test_is_an_error_where_it_may_be_refused_for_a_while(
        self, feed: Target, http: SiteClient, origin: Origin, status: int, error: type[OhdioError]
    ) -> None:
        origin.answer(f"{PATH}?page=2", status=status)
        with pytest.raises(error):
            list(SOURCE.discover(feed, http))

    def test_is_an_error_where_it_breaks_off(self, feed: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(f"{PATH}?page=2", rss(item(2))[:-30])
        with pytest.raises(PermanentError, match="ends in the middle"):
            list(SOURCE.discover(feed, http))

    def test_is_an_error_where_it_is_the_first(self, feed: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(PATH, status=404)
        with pytest.raises(NotFound):
            list(SOURCE.discover(feed, http))


def test_what_is_left_out_is_counted_once(origin: Origin, http: SiteClient) -> None:
    others = [
        item(number, enclosure=f'<enclosure url="https://audio.example/{number}.{extension}"/>')
        for number, extension in enumerate(("mp4", "jpg", "pdf", "pdf", "zip"), 10)
    ]
    channel = '<title>x</title><atom:link rel="next" href="?page=2"/>'
    video = '<enclosure url="https://audio.example/10.mp4" type="video/mp4"/>'
    origin.answer(PATH, rss(item(1), *others[1:], item(10, enclosure=video), channel=channel))
    origin.answer(f"{PATH}?page=2", rss(item(2), item(3, enclosure="")))
    target = SOURCE.match(FEED)
    assert target is not None
    assert [{what.text: count for what, count in page.left_out.items()} for page in SOURCE.discover(target, http)] == [
        {"a video": 1, "a picture": 1, "a document": 2, "a file that is no sound": 1},
        {"no file": 1},
    ]


def repeat(origin: Origin, *items: str) -> Target:
    """Offer a feed of which every page names another as next, and has what the first one has."""
    for number in range(50):
        channel = f'<title>x</title><atom:link rel="next" href="feed.xml?page={number + 1}"/>'
        in_order = items if number % 2 else items[::-1]
        origin.answer(f"{PATH}?page={number}" if number else PATH, rss(*in_order, channel=channel))
    target = SOURCE.match(FEED)
    assert target is not None
    return target


def test_pages_that_only_repeat_themselves_end(origin: Origin, http: SiteClient) -> None:
    pages = list(SOURCE.discover(repeat(origin, item(1), item(2)), http))
    assert {book.title for page in pages for book in page.books} == {"Récit 1", "Récit 2"}
    assert pages[-1].next_cursor is None
    assert len(origin.requests) < 10


@pytest.mark.parametrize("items", [("<item><title>Une nouvelle</title></item>",), ()])
def test_pages_that_repeat_nothing_end(origin: Origin, http: SiteClient, items: tuple[str, ...]) -> None:
    with pytest.raises(PermanentError, match="no episodes"):
        list(SOURCE.discover(repeat(origin, *items), http))
    assert len(origin.requests) < 10


def test_a_page_that_comes_twice_is_not_the_last(origin: Origin, http: SiteClient) -> None:
    for number, path in enumerate([PATH, f"{PATH}?page=1", f"{PATH}?page=2"], 1):
        channel = f'<title>x</title><atom:link rel="next" href="feed.xml?page={number}"/>'
        origin.answer(path, rss(item(1 if number < 3 else 2), channel=channel if number < 3 else ""))
    target = SOURCE.match(FEED)
    assert target is not None
    assert [book.title for book in books(target, http)] == ["Récit 1", "Récit 1", "Récit 2"]


class TestNothingToHear:
    @pytest.mark.parametrize(
        ("items", "why"),
        [
            ((), "it has no items yet. Add it again"),
            (("<item><title>Une nouvelle</title></item>",) * 3, "of its 3 items, 3 have no file."),
            (
                (item(1, enclosure='<enclosure url="/1.mp4" type="video/mp4"/>'), item(2, enclosure="")),
                "of its 2 items, 1 have no file, 1 have a video",
            ),
            ((item(1, enclosure='<enclosure url="https://u:p@x.example/1.mp3"/>'),), "that cannot be followed"),
        ],
    )
    def test_a_feed_without_a_recording_says_why(
        self, origin: Origin, http: SiteClient, items: tuple[str, ...], why: str
    ) -> None:
        origin.answer(PATH, rss(*items))
        target = SOURCE.match(FEED)
        assert target is not None
        book = SOURCE.as_one_book(target)
        with pytest.raises(NoEpisodes, match=why):
            list(SOURCE.discover(target, http))
        with pytest.raises(NoEpisodes, match=why):
            SOURCE.describe(BookRef("rss", book.url, book.external_id), http)

    def test_a_first_page_without_a_recording_is_passed_over(self, origin: Origin, http: SiteClient) -> None:
        origin.answer(PATH, rss(channel='<title>x</title><atom:link rel="next" href="?page=2"/>'))
        origin.answer(f"{PATH}?page=2", rss(item(2)))
        target = SOURCE.match(FEED)
        assert target is not None
        assert [[book.title for book in page.books] for page in SOURCE.discover(target, http)] == [["Récit 2"]]

    def test_a_later_page_without_one_ends_the_feed(self, feed: Target, http: SiteClient, origin: Origin) -> None:
        origin.answer(f"{PATH}?page=2", rss())
        assert [len(page.books) for page in SOURCE.discover(feed, http)] == [1, 0]
        assert [len(page.books) for page in SOURCE.discover(feed, http, f"{FEED}?page=2")] == [0]

    def test_items_that_are_left_out_are_in_the_log(self, origin: Origin, http: SiteClient) -> None:
        video = item(2, enclosure='<enclosure url="/2.mp4" type="video/mp4"/>')
        origin.answer(PATH, rss(item(1), video, item(3, enclosure="")))
        target = SOURCE.match(FEED)
        assert target is not None
        with capture_logs() as lines:
            assert len(books(target, http)) == 1
        [line] = [line for line in lines if line["event"] == "items without a recording"]
        assert (line["video"], line["no_file"]) == (1, 1)


def test_the_listing_is_description_enough(feed: Target, http: SiteClient, origin: Origin) -> None:
    book = books(feed, http)[0]
    asked = len(origin.requests)
    assert SOURCE.describe(book, http) is book.details
    assert len(origin.requests) == asked


def test_an_item_that_was_pasted_is_found_in_its_feed(feed: Target, http: SiteClient) -> None:
    listed = books(feed, http)[1]
    target = SOURCE.match(listed.url)
    assert target is not None
    assert SOURCE.describe(BookRef("rss", target.url, target.external_id), http) == listed.details


def test_an_item_with_another_guid_is_found_by_what_it_tells(origin: Origin, http: SiteClient) -> None:
    dated = item(1, "<pubDate>Fri, 06 Jun 2014 08:00:00 GMT</pubDate>")
    origin.answer(PATH, rss(dated))
    target = SOURCE.match(FEED)
    assert target is not None
    [book] = books(target, http)
    origin.answer(PATH, rss(item(2), dated.replace("<guid>", "<guid>new-").replace("/1.mp3", "/1.mp3?key=2")))

    assert book.details is not None
    part = replace(book.details.parts[0], url=None)
    assert SOURCE.resolve(replace(book, details=None), part, http).url == "https://audio.example/1.mp3?key=2"


def test_an_item_that_is_gone_is_not_found(feed: Target, http: SiteClient) -> None:
    with pytest.raises(NotFound, match="does not list this item"):
        SOURCE.describe(BookRef("rss", f"{feed.url}#item=0123456789abcdef", "x"), http)


def test_the_enclosure_is_what_is_fetched(feed: Target, http: SiteClient) -> None:
    book = books(feed, http)[0]
    assert book.details is not None
    media = SOURCE.resolve(book, book.details.parts[0], http)
    assert (media.url, media.kind) == ("https://audio.example/1.mp3", MediaKind.HTTP)
    assert (media.size, media.is_size_exact) == (1000, False)


def test_an_enclosure_that_is_not_known_is_looked_up(feed: Target, http: SiteClient) -> None:
    book = books(feed, http)[0]
    assert book.details is not None
    unknown = replace(book.details.parts[0], url=None)
    assert SOURCE.resolve(book, unknown, http).url == "https://audio.example/1.mp3"


def test_a_playlist_is_fetched_as_one(origin: Origin, http: SiteClient) -> None:
    origin.answer(PATH, rss(item(1, enclosure='<enclosure url="https://audio.example/a.m3u8?t=1"/>')))
    target = SOURCE.match(FEED)
    assert target is not None
    [book] = books(target, http)
    assert book.details is not None
    assert SOURCE.resolve(book, book.details.parts[0], http).kind is MediaKind.HLS


def test_a_page_in_place_of_a_feed_is_a_clear_error(origin: Origin, http: SiteClient) -> None:
    origin.answer(PATH, b"<html><body>Bonjour</body></html>")
    target = SOURCE.match(FEED)
    assert target is not None
    with pytest.raises(PermanentError, match="not a feed but a web page"):
        next(SOURCE.discover(target, http))


def test_each_host_is_paced_by_itself() -> None:
    assert SOURCE.site_key(FEED) == "podcasts.example"
    assert SOURCE.site_key("feed://podcasts.example/x") == "podcasts.example"
