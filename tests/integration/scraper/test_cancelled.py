"""A scan that is cancelled while a page is being read."""

from __future__ import annotations

import pytest

from ohdio_core.collection import control
from ohdio_core.domain.queue import StopReason
from ohdio_core.work.outcome import Stopped
from tests.integration.scraper.scanning import PATH, Scanning
from tests.unit.sources.rss.documents import FEED, item, rss


def test_adds_nothing_more(scanning: Scanning) -> None:
    more = '<title>Le phare</title><atom:link rel="next" href="?page=2"/>'
    scanning.origin.answer(PATH, rss(item(1), item(2), channel=more))
    run = scanning.begin(FEED)
    scanning.engine.order(control.end_scrape, run.claim.id)

    with pytest.raises(Stopped) as stopped:
        scanning.service.scrape(run)

    assert stopped.value.reason is StopReason.CANCEL
    assert scanning.titles() == []


def test_adds_nothing_of_its_last_page_either(scanning: Scanning) -> None:
    scanning.origin.answer(PATH, rss(item(1), item(2)))
    run = scanning.begin(FEED)
    outcome = scanning.service.scrape(run)
    scanning.engine.order(control.end_scrape, run.claim.id)

    assert scanning.engine.finish(run.claim, outcome, progress=run.progress)

    assert scanning.engine.row(run.claim.id).status == "cancelled"
    assert scanning.titles() == []


def test_knows_which_books_it_added_and_which_were_known(scanning: Scanning) -> None:
    scanning.origin.answer(PATH, rss(item(1)))
    scanning.scan()
    scanning.origin.answer(PATH, rss(item(1), item(2)))
    scanning.scan()
    found = scanning.engine.rows(
        "SELECT scrape_id, title, is_new FROM scrape_books JOIN audiobooks ON id = audiobook_id ORDER BY 1, 2"
    )
    assert [(row.title, row.is_new) for row in found] == [("Récit 1", True), ("Récit 1", False), ("Récit 2", True)]
