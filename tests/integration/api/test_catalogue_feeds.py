"""Listening feeds as catalogues (OPDS 1.2): read back by feedparser, which knows Atom, and fetched as an app does."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import feedparser

from ohdio_api.listening_feeds import catalogue
from ohdio_core.domain.feed_scope import FeedScope
from tests.fixtures.api import Api
from tests.fixtures.engine import Engine
from tests.integration.api.filed_books import PICTURE, SOUND, filed
from tests.integration.api.test_listening_feeds import described, make, path_of

NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation;charset=utf-8"
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition;charset=utf-8"


#: Enough that an index is quicker than a look at all.
MANY = 5_000


def read(api: Api, address: str, kind: str, **headers: str) -> Any:
    parts = urlsplit(address)
    answer = api.outside.get(f"{parts.path}?{parts.query}", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.bozo_exception
    assert all((feed.feed.id, feed.feed.updated))
    return feed


def link(entry: Any, rel: str) -> Any:
    (found,) = (each for each in entry.links if each.rel == rel)
    return found


def test_a_book_is_found_by_new_author_and_series_and_fetched_whole(guarded_api: Api) -> None:
    book = described(guarded_api)
    alone, _ = filed(guarded_api, "Le vent")
    guarded_api.engine.execute(
        "INSERT INTO book_files VALUES (:id, 0, '01 - One.mp3', :size, 'x', 61.4)", id=alone, size=len(SOUND)
    )
    guarded_api.engine.execute("UPDATE audiobooks SET authors = ARRAY['Ann \"A & B\" Roy'] WHERE id = :id", id=book)
    start = make(guarded_api).replace("feed.xml", "catalogue.xml")
    root = read(guarded_api, start, NAVIGATION)
    assert [each.title for each in root.entries] == ["New books", "Authors", "Series"]
    french = read(guarded_api, start, NAVIGATION, **{"Accept-Language": "fr-CA,fr;q=0.9"})
    assert [each.title for each in french.entries] == ["Nouveaux livres", "Auteurs", "Séries"]
    new, authors, series = (link(each, "subsection").href for each in root.entries)
    (of_series,) = read(guarded_api, series, NAVIGATION).entries
    by_author = {each.title: link(each, "subsection").href for each in read(guarded_api, authors, NAVIGATION).entries}
    found = read(guarded_api, link(of_series, "subsection").href, ACQUISITION)
    assert (found.feed.title, [each.title for each in found.entries]) == ("Lumières", ["Le phare & l’île"])
    assert [each.title for each in read(guarded_api, by_author['Ann "A & B" Roy'], ACQUISITION).entries] == [
        "Le phare & l’île"
    ]
    books = {each.title: each for each in read(guarded_api, new, ACQUISITION).entries}
    assert set(books) == {"Le phare & l’île", "Le vent"}
    entry = books["Le phare & l’île"]
    assert (entry.author, entry.dcterms_language, entry.summary) == ('Ann "A & B" Roy', "fr", "Une <b>île</b>.")
    picture = guarded_api.outside.get(path_of(link(entry, "http://opds-spec.org/image").href))
    assert picture.content == PICTURE
    acquired = link(entry, "http://opds-spec.org/acquisition/open-access")
    archive = guarded_api.outside.get(path_of(acquired.href))
    assert (acquired.type, archive.headers["content-type"]) == ("application/zip", "application/zip")
    names = [name.rpartition("/")[2] for name in zipfile.ZipFile(io.BytesIO(archive.content)).namelist()]
    assert "01 - One.mp3" in names
    of_one = link(books["Le vent"], "http://opds-spec.org/acquisition/open-access")
    assert (of_one.type, of_one.href.endswith(f"/audio/{alone}/1.mp3")) == ("audio/mpeg", True)
    assert guarded_api.outside.get(path_of(of_one.href)).content == SOUND


def test_it_has_pages_and_opens_what_its_feed_opens(guarded_api: Api) -> None:
    book = described(guarded_api)
    guarded_api.engine.execute(
        "INSERT INTO audiobooks (url, source, external_id, title, authors, library_path) "
        "SELECT 'https://x.example/' || n, 'rss', 'n' || n, 'Récit ' || n, ARRAY['Anne'], 'Anne/' || n "
        "FROM generate_series(1, 119) AS n"
    )
    start = make(guarded_api).replace("feed.xml", "catalogue")
    page, titles, pages = read(guarded_api, f"{start}/books.xml", ACQUISITION), [], 1
    while True:
        titles += [each.title for each in page.entries]
        following = [each.href for each in page.feed.links if each.rel == "next"]
        if not following:
            break
        page, pages = read(guarded_api, following[0], ACQUISITION), pages + 1
    assert (len(titles), len(set(titles)), pages) == (120, 120, 3)
    assert guarded_api.outside.get(path_of(f"{start}/books.xml") + "?page=201").status_code == 422
    of_series = make(guarded_api, "series", "Lumières").replace("feed.xml", "catalogue/books.xml")
    assert len(read(guarded_api, of_series, ACQUISITION).entries) == 1
    other = guarded_api.engine.value("SELECT min(id) FROM audiobooks WHERE title = 'Récit 1'")
    below = of_series.replace("catalogue/books.xml", "books")
    assert guarded_api.outside.get(f"{below}/{other}.zip").status_code == 404
    assert guarded_api.outside.get(f"{below}/{book}.zip").status_code == 200
    guarded_api.http.delete(f"/feeds/{guarded_api.get('/feeds')['items'][0]['id']}")
    assert guarded_api.outside.get(of_series).status_code == 410
    assert guarded_api.outside.get("/podcast/guess/catalogue.xml").status_code == 404


def test_books_of_a_series_are_in_its_order(guarded_api: Api) -> None:
    for position in ("10", "2", "Prologue", "1 1/2"):
        book, _ = filed(guarded_api, f"Tome {position}")
        guarded_api.engine.execute(
            "UPDATE audiobooks SET series = 'Lumières', series_position = :position WHERE id = :id",
            id=book,
            position=position,
        )
    start = make(guarded_api).replace("feed.xml", "catalogue")
    titles = [each.title for each in read(guarded_api, f"{start}/books.xml?series=Lumi%C3%A8res", ACQUISITION).entries]
    assert titles == ["Tome 1 1/2", "Tome 2", "Tome 10", "Tome Prologue"]


def test_a_page_is_sent_again_only_when_it_has_changed(guarded_api: Api) -> None:
    described(guarded_api)
    start = path_of(make(guarded_api).replace("feed.xml", "catalogue"))
    pages = [f"{start}.xml", *(f"{start}/{name}.xml" for name in ("books", "author", "series"))]
    for page in pages:
        etag = guarded_api.outside.get(page).headers["etag"]
        again = guarded_api.outside.get(page, headers={"If-None-Match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    newest = guarded_api.outside.head(pages[1]).headers["etag"]
    filed(guarded_api, "Le vent")
    assert guarded_api.outside.get(pages[1], headers={"If-None-Match": newest}).status_code == 200


def test_the_newest_books_are_found_without_a_look_at_all(engine: Engine) -> None:
    engine.execute(
        "INSERT INTO audiobooks (url, source, external_id, library_path) "
        "SELECT 'https://x.example/' || n, 'rss', n::text, n::text FROM generate_series(1, :many) AS n",
        many=MANY,
    )
    engine.execute("ANALYZE audiobooks")
    statement = str(catalogue._FIND_NEWEST[FeedScope.LIBRARY])
    plan = engine.rows(f"EXPLAIN {statement}", value=None, author=None, most=51, beyond=0)
    assert any("ix_audiobooks_filed_at" in row[0] for row in plan)
