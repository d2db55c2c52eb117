from __future__ import annotations

from hashlib import sha256

import psycopg
import pytest

from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.match_keys import recognise_and_store_keys
from ohdio_core.db.migrate import downgrade, upgrade
from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.identity import canonical_url
from ohdio_core.sources.http import ClientSettings, HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from tests.fixtures.engine import Engine
from tests.integration.sources.origin import scripted_origin
from tests.unit.sources.rss.documents import FEED, item, parse_feed, rss

BOOK_OF_A_PAGE = (
    '<div itemscope itemtype="https://schema.org/Audiobook"><b itemprop="name">Conte</b>'
    '<a itemprop="audio" href="{}">x</a></div>'
)


class TestOneIdByHttpAndHttps:
    BEFORE, AFTER = "0008", "0009"

    def old_id(self, url: str) -> str:
        """What a feed or page was known by before."""
        feed, _, key = url.partition("#")
        return f"{sha256(feed.encode()).hexdigest()[:16]}-{key.removeprefix('item=')}" if ".xml" in feed else url

    def add(self, connection: psycopg.Connection, table: str, source: str, url: str, its_id: str, **more: str) -> None:
        row = {"source": source, "url": url, "external_id": its_id, **more}
        values = ", ".join(f"%({name})s" for name in row)
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})", row)

    def ids(self, url: str, table: str) -> dict[str, str]:
        with psycopg.connect(url) as connection:
            return dict(connection.execute(f"SELECT url, external_id FROM {table}").fetchall())

    def test_books_by_http_get_the_ids_that_they_would_get_now(self, empty_database_url: str) -> None:
        books = {
            url: source
            for source, urls in {
                "rss": ["http://podcasts.example/a.xml#item=0123456789abcdef", "http://podcasts.example/é.xml#book"],
                "web": ["http://stories.example/a/#book=0123456789abcdef", "https://stories.example/b/"],
            }.items()
            for url in map(canonical_url, urls)
        }
        upgrade(empty_database_url, self.BEFORE)
        with psycopg.connect(empty_database_url) as connection:
            for url, source in books.items():
                self.add(connection, "audiobooks", source, url, self.old_id(url))
        before = self.ids(empty_database_url, "audiobooks")
        now = {url: SourceRegistry().identify(url)[1].external_id for url in books}
        assert sum(before[url] != now[url] for url in books) == 3

        upgrade(empty_database_url, self.AFTER)
        assert self.ids(empty_database_url, "audiobooks") == now
        downgrade(empty_database_url, self.BEFORE)
        assert self.ids(empty_database_url, "audiobooks") == before
        upgrade(empty_database_url, self.AFTER)
        assert self.ids(empty_database_url, "audiobooks") == now

    def test_a_book_that_is_there_by_both_stays_as_it_is(self, empty_database_url: str) -> None:
        upgrade(empty_database_url, self.BEFORE)
        both = ("http://stories.example/", "https://stories.example/")
        with psycopg.connect(empty_database_url) as connection:
            for url in both:
                self.add(connection, "audiobooks", "web", url, url)

        upgrade(empty_database_url, self.AFTER)

        assert self.ids(empty_database_url, "audiobooks") == {url: url for url in both}

    @pytest.mark.parametrize(
        ("stored_by", "recordings_by", "scanned_by"),
        [
            ("http", "http", "http"),
            ("http", "http", "https"),
            ("https", "http", "https"),
            ("https", "http", "http"),
            ("https", "https", "https"),
            # The links of its recordings have changed with the page's.
            ("http", None, "https"),
        ],
    )
    def test_books_of_a_page_with_several_are_known_when_it_is_scanned_again(
        self, empty_database_url: str, stored_by: str, recordings_by: str | None, scanned_by: str
    ) -> None:
        page = f"{stored_by}://stories.example/all"
        recordings = [f"{recordings_by or stored_by}://stories.example/{name}.mp3" for name in "ab"]
        upgrade(empty_database_url, self.BEFORE)
        with psycopg.connect(empty_database_url) as connection:
            for url in (f"{page}#book={sha256(recording.encode()).hexdigest()[:16]}" for recording in recordings):
                self.add(connection, "audiobooks", "web", url, url)
        upgrade(empty_database_url)

        references = recordings if recordings_by else ["a.mp3", "b.mp3"]
        found = self.scan(
            f"{scanned_by}://stories.example/all", "".join(BOOK_OF_A_PAGE.format(each) for each in references)
        )
        engine = Engine(empty_database_url)
        added = engine.order(
            add_books, [(book, "stories.example") for book in found], are_filed=lambda books: [True] * len(books)
        )
        engine.database.close()

        assert len(added) == 2
        assert len(self.ids(empty_database_url, "audiobooks")) == 2

    def scan(self, page: str, html: str) -> list[BookRef]:
        with scripted_origin() as origin:
            origin.answer("/all", html.encode(), headers={"Content-Type": "text/html"})
            clients = HttpClientFactory(ClientSettings(host_overrides={"stories.example": origin.url}))
            source, target = SourceRegistry().identify(page)
            books = [book for each in source.discover(target, clients.site("stories.example")) for book in each.books]
            clients.close()
        return books

    def test_of_unfinished_scans_of_one_listing_the_furthest_stays(self, empty_database_url: str) -> None:
        upgrade(empty_database_url, self.BEFORE)
        with psycopg.connect(empty_database_url) as connection:
            for url, progress in (("http://stories.example/", "3"), ("https://stories.example/", "0")):
                self.add(connection, "scrapes", "web", url, url, politeness_key="stories.example", progress=progress)
            category = "https://ici.radio-canada.ca/ohdio/categories/77"
            self.add(connection, "scrapes", "ohdio", category, "77", politeness_key="ohdio")

        upgrade(empty_database_url, self.AFTER)

        with psycopg.connect(empty_database_url) as connection:
            rows = connection.execute("SELECT url, external_id, status FROM scrapes ORDER BY id").fetchall()
        assert rows == [
            ("http://stories.example/", "https://stories.example/", "queued"),
            ("https://stories.example/", "https://stories.example/", "cancelled"),
            (category, "categorie-77", "queued"),
        ]
        downgrade(empty_database_url, self.BEFORE)
        assert self.ids(empty_database_url, "scrapes")[category] == "77"


class TestHostsByUts46:
    BEFORE, AFTER = "0018", "0019"
    TYPED = "\u13a0\u13a1.example"  # letters whose small forms came after IDNA 2003
    OLD = TYPED.encode("idna").decode()

    def add(self, connection: psycopg.Connection, table: str, source: str, url: str, its_id: str, **more: str) -> None:
        row = {"source": source, "url": url, "external_id": its_id, **more}
        values = ", ".join(f"%({name})s" for name in row)
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})", row)

    def migrated(self, url: str, table: str = "audiobooks") -> set[tuple[str, str]]:
        upgrade(url, self.AFTER)
        with psycopg.connect(url) as connection:
            return set(connection.execute(f"SELECT url, external_id FROM {table}").fetchall())

    def test_links_are_those_that_would_be_stored_now(self, empty_database_url: str) -> None:
        upgrade(empty_database_url, self.BEFORE)
        page, feed = f"https://{self.OLD}:8443/a/", f"http://{self.OLD}/a.xml"
        feed_id = sha256(f"https://{self.OLD}/a.xml".encode()).hexdigest()[:16]
        key = "0123456789abcdef"
        with psycopg.connect(empty_database_url) as connection:
            self.add(connection, "audiobooks", "web", f"{page}#book={key}", f"{page}#book={key}")
            self.add(connection, "audiobooks", "rss", f"{feed}#item={key}", f"{feed_id}-{key}")
            self.add(connection, "scrapes", "rss", feed, feed_id, politeness_key=self.OLD)
        typed = [f"https://{self.TYPED}:8443/a/#book={key}", f"http://{self.TYPED}/a.xml#item={key}"]
        now = {SourceRegistry().identify(url)[1] for url in typed}
        listing = SourceRegistry().identify(f"http://{self.TYPED}/a.xml")[1]

        assert self.migrated(empty_database_url) == {(target.url, target.external_id) for target in now}
        assert self.migrated(empty_database_url, "scrapes") == {(listing.url, listing.external_id)}
        assert self.OLD not in listing.url

    def test_what_is_filed_or_there_in_both_forms_stays_as_it_is(self, empty_database_url: str) -> None:
        upgrade(empty_database_url, self.BEFORE)
        there = SourceRegistry().identify(f"https://{self.TYPED}/both/")[1].url
        stored = {f"https://{self.OLD}/filed/", f"https://{self.OLD}/both/", there, "https://xn--bcher-kva.example/"}
        with psycopg.connect(empty_database_url) as connection:
            for url in stored:
                more = {"library_path": "A/B"} if url.endswith("/filed/") else {}
                self.add(connection, "audiobooks", "web", url, url, **more)

        assert self.migrated(empty_database_url) == {(url, url) for url in stored}

    def test_links_that_a_scan_left_out_follow(self, empty_database_url: str) -> None:
        upgrade(empty_database_url, self.BEFORE)
        with psycopg.connect(empty_database_url) as connection:
            self.add(
                connection, "scrapes", "web", "https://books.example/", "https://books.example/", politeness_key="b"
            )
            connection.execute(
                "INSERT INTO skipped_books (scrape_id, url) SELECT id, %s FROM scrapes", (f"https://{self.OLD}/a/",)
            )
        upgrade(empty_database_url, self.AFTER)
        with psycopg.connect(empty_database_url) as connection:
            [(url,)] = connection.execute("SELECT url FROM skipped_books").fetchall()
        assert url == SourceRegistry().identify(f"https://{self.TYPED}/a/")[1].url

    def test_unwanted_books_stay_away(self, empty_database_url: str) -> None:
        upgrade(empty_database_url, self.BEFORE)
        items = [item(1), item(2)]
        gone, doubled = self.books(items, self.OLD)
        now = [(book.url, book.external_id) for book in self.books(items, self.TYPED)]
        with psycopg.connect(empty_database_url) as connection:
            for url, its_id in ((gone.url, gone.external_id), (doubled.url, doubled.external_id), now[1]):
                self.add(connection, "unwanted_books", "rss", url, its_id)
        assert self.migrated(empty_database_url, "unwanted_books") == {*now, (doubled.url, doubled.external_id)}

    @pytest.mark.parametrize("filed", [None, "A/B"])
    def test_books_are_known_again_under_other_guids(self, empty_database_url: str, filed: str | None) -> None:
        def items(guid: str) -> list[str]:
            return [item(number).replace("<guid>", f"<guid>{guid}") for number in (1, 2)]

        upgrade(empty_database_url, self.BEFORE)
        engine = Engine(empty_database_url)
        old = self.books(items("a-"), self.OLD)
        with psycopg.connect(empty_database_url) as connection:
            for book in old:
                add_found(connection, book, filed)
        engine.order(recognise_and_store_keys, old)
        names = self.migrated(empty_database_url)
        later = [engine.order(recognise_and_store_keys, self.books(items(guid), self.TYPED)) for guid in ("b-", "c-")]
        engine.database.close()

        assert [{(book.url, book.external_id) for book in each} for each in later] == [names, names]

    def books(self, items: list[str], host: str) -> list[BookRef]:
        """What a scan of a feed there finds."""
        url = f"https://{host}/a.xml"
        feed = url if host == self.OLD else SourceRegistry().identify(url)[1].url
        return list(parse_feed(rss(*items), feed, feed).books)


def add_found(connection: psycopg.Connection, book: BookRef, filed: str | None = None) -> None:
    """Add a book of a feed as a scan finds it."""
    assert book.details is not None
    [part] = book.details.parts
    connection.execute(
        "WITH book AS ("
        "INSERT INTO audiobooks (url, source, external_id, title, library_path) VALUES (%s, %s, %s, %s, %s) "
        "RETURNING id"
        ") INSERT INTO book_parts (audiobook_id, index, external_id, url, size) SELECT id, 0, '', %s, %s FROM book",
        (book.url, book.source, book.external_id, book.title, filed, part.url, part.size),
    )


class TestSignsOfBooks:
    BEFORE = "0013"

    def test_books_of_a_feed_are_known_again_under_other_guids(self, empty_database_url: str) -> None:
        dated = "<pubDate>Fri, 06 Jun 2014 08:00:00 GMT</pubDate>"
        items = [item(1, dated), item(2, enclosure='<enclosure url="https://audio.example/play?id=2"/>')]
        earlier = parse_feed(rss(*items), FEED, FEED).books
        upgrade(empty_database_url, self.BEFORE)
        with psycopg.connect(empty_database_url) as connection:
            for book in earlier:
                add_found(connection, book)
        upgrade(empty_database_url)
        engine = Engine(empty_database_url)
        later = parse_feed(rss(*items).replace(b"<guid>", b"<guid>new-"), FEED, FEED).books

        named = engine.order(recognise_and_store_keys, later)
        again = engine.order(
            recognise_and_store_keys, parse_feed(rss(*items).replace(b"<guid>", b"<guid>x-"), FEED, FEED).books
        )
        kept = engine.rows("SELECT sign FROM book_signs")
        engine.database.close()

        assert [book.url for book in named] == [book.url for book in again] == [book.url for book in earlier]
        assert {book.url for book in later}.isdisjoint(book.url for book in earlier)
        assert {row.sign.partition("-")[0] for row in kept} == {"address", "date"}
