"""A scan with filters: what it writes down, and what it counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ohdio_api.web.words import words
from ohdio_core.domain.book_form import BookForm
from ohdio_core.domain.filters import Filters
from ohdio_core.schemas.sentences import SentenceView
from tests.integration.scraper.scanning import PATH, Scanning
from tests.unit.sources.rss.documents import item, rss

CATEGORY = "https://ici.radio-canada.ca/ohdio/categories/77/recits"
#: A listing that names its books, and tells nothing else of them.
NAMES = b"""<html><body><div class="index-grid-item"><a href="/ohdio/livres-audio/501/le-phare">
<span class="text">Le phare</span></a></div></body></html>"""


def counts(row: Any) -> tuple[int, int, int, int]:
    return row.found, row.new, row.known, row.skipped


def dated(number: int, day: int) -> str:
    return item(number, f"<pubDate>{day:02} May 2026 08:00:00 +0000</pubDate>")


def test_books_that_are_not_wanted_are_counted_and_not_written_down(scanning: Scanning) -> None:
    long = "<itunes:duration>1:30:00</itunes:duration>"
    short = "<itunes:duration>2:00</itunes:duration>"
    scanning.origin.answer(PATH, rss(item(1, long), item(2, short), item(3)))

    row = scanning.scan(Filters(min_duration=timedelta(minutes=30)))

    assert scanning.titles() == ["Récit 1", "Récit 3"]
    assert (row.status, counts(row)) == ("completed", (3, 2, 0, 1))


def test_books_of_which_the_listing_told_all_are_judged_once(scanning: Scanning) -> None:
    scanning.origin.answer(PATH, rss(item(1)))

    scanning.scan(Filters(min_duration=timedelta(minutes=30)))

    assert scanning.engine.rows("SELECT is_complete_from_listing, filters FROM extractions") == [(True, None)]


def test_other_books_are_judged_again_when_they_are_described(scanning: Scanning) -> None:
    scanning.origin.answer("/ohdio/categories/77/recits", NAMES)

    scanning.scan(Filters(min_duration=timedelta(minutes=30)), CATEGORY)

    rows = scanning.engine.rows("SELECT is_complete_from_listing, filters FROM extractions")
    assert rows == [(False, [{"min_duration": "PT30M"}])]


def test_a_second_scan_with_other_filters_widens_what_a_waiting_book_must_meet(scanning: Scanning) -> None:
    scanning.origin.answer("/ohdio/categories/77/recits", NAMES)
    scanning.scan(Filters(min_duration=timedelta(minutes=30)), CATEGORY)
    scanning.scan(Filters(languages=("fr",)), CATEGORY)
    assert scanning.engine.value("SELECT jsonb_array_length(filters) FROM extractions") == 2
    scanning.scan(Filters(languages=("fr",)), CATEGORY)
    assert scanning.engine.value("SELECT jsonb_array_length(filters) FROM extractions") == 2

    row = scanning.scan(Filters(), CATEGORY)

    assert scanning.engine.value("SELECT filters FROM extractions") is None
    assert counts(row) == (1, 0, 1, 0)


def test_what_it_adds_gets_its_form_and_what_is_filed_keeps_its_own(scanning: Scanning) -> None:
    scanning.origin.answer(PATH, rss(item(1), item(2)))
    scanning.scan()
    scanning.engine.execute("UPDATE audiobooks SET library_path = 'A/B' WHERE title = 'Récit 2'")
    scanning.origin.answer(PATH, rss(item(1), item(2), item(3)))
    scanning.scan(form=BookForm.M4B)
    rows = scanning.engine.rows("SELECT title, form FROM audiobooks ORDER BY title")
    assert [tuple(row) for row in rows] == [("Récit 1", "m4b"), ("Récit 2", None), ("Récit 3", "m4b")]


def test_the_newest_by_date_are_found_on_every_page(scanning: Scanning) -> None:
    scanning.origin.answer(
        PATH, rss(dated(1, 9), dated(2, 1), channel='<title>Le phare</title><atom:link rel="next" href="?page=2"/>')
    )
    scanning.origin.answer(f"{PATH}?page=2", rss(dated(3, 8), dated(4, 2)))

    row = scanning.scan(Filters(newest=2))

    assert scanning.titles() == ["Récit 1", "Récit 3"]
    assert (row.status, row.title, row.progress, counts(row)) == ("completed", "Le phare", 2, (4, 2, 0, 2))


def test_the_newest_of_a_listing_without_dates_are_the_first_and_no_further_page_is_read(scanning: Scanning) -> None:
    scanning.origin.answer(
        PATH, rss(item(1), item(2), channel='<title>Le phare</title><atom:link rel="next" href="?page=2"/>')
    )

    row = scanning.scan(Filters(newest=1))

    assert scanning.titles() == ["Récit 1"]
    assert (row.status, counts(row)) == ("completed", (2, 1, 0, 1))
    assert len(scanning.origin.requests) == 1


def test_the_newest_are_picked_from_those_that_other_filters_want(scanning: Scanning) -> None:
    scanning.origin.answer(PATH, rss(dated(1, 9), dated(2, 8), dated(3, 7)))

    scanning.scan(Filters(newest=1, title_exclude=("récit 1",)))

    assert scanning.titles() == ["Récit 2"]


def test_what_is_no_book_is_counted_by_kind_over_all_pages(scanning: Scanning) -> None:
    video = item(8, enclosure='<enclosure url="https://audio.example/8.mp4" type="video/mp4"/>')
    news = item(9, enclosure="")
    channel = '<title>Le phare</title><atom:link rel="next" href="?page=2"/>'
    gone = channel.replace("page=2", "page=3")
    scanning.origin.answer(PATH, rss(item(1), video, news, channel=channel))
    scanning.origin.answer(f"{PATH}?page=2", rss(item(2), news, channel=gone))
    scanning.origin.answer(f"{PATH}?page=3", status=410)

    for filters in (Filters(), Filters(newest=5)):
        row = scanning.scan(filters)

        assert (row.status, row.found, row.left_out) == ("completed", 2, {"a video": 1, "no file": 2})
        assert "?page=3, is gone" in row.note
        assert {what: message["id"] for what, message in row.left_out_messages.items()} == {
            "a video": "omission.video",
            "no file": "omission.no_file",
        }
        assert "?page=3, n’existe plus" in str(
            words("fr").translated_text(row.note, SentenceView.stored(row.note, row.note_message))
        )
