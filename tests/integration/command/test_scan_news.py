"""What ``ohdio up`` tells of scans."""

from __future__ import annotations

from ohdio.scan_news import ScanNews
from ohdio_client.api.client import Client
from tests.fixtures.api import Api


def scan(api: Api, name: str, status: str) -> int:
    api.engine.execute(
        "INSERT INTO scrapes (url, source, external_id, politeness_key, status, error) "
        "VALUES (:url, 'stories', :name, 'stories.example', :status, 'Gone.')",
        url=f"https://stories.example/{name}",
        name=name,
        status=status,
    )
    return int(api.engine.value("SELECT max(id) FROM scrapes"))


def test_failures_of_earlier_days_are_counted_once_a_link_and_new_ones_are_told(api: Api) -> None:
    for name in ("phare", "phare", "talus"):
        scan(api, name, "failed")
    running = scan(api, "mer", "processing")

    with Client(api.url) as client:
        news = ScanNews(client)
        assert list(news.lines()) == ["2 scans failed earlier: `ohdio queue` shows them."]
        assert list(news.lines()) == []

        api.engine.execute("UPDATE scrapes SET status = 'failed' WHERE id = :id", id=running)
        (line,) = news.lines()
        assert line.startswith("The scan of https://stories.example/mer failed: ")
        assert list(news.lines()) == []

        api.engine.execute("UPDATE scrapes SET updated_at = now() WHERE id = :id", id=running)
        assert list(news.lines()) == [line], "it was tried again, and has failed again"
