from __future__ import annotations

import pytest

from ohdio_core.domain.audiobook import BookRef
from ohdio_core.domain.owner import OwnerId
from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.owners import owner_of
from ohdio_core.sources.registry import SourceRegistry, offered

REGISTRY = SourceRegistry(offered(ClientSettings(), with_ytdlp=True))


def owner(url: str) -> OwnerId:
    _, target = REGISTRY.identify(url)
    return owner_of(BookRef(target.source, target.url, target.external_id))


@pytest.mark.parametrize(
    ("url", "former"),
    [
        # 16 digits of the SHA-256 of the feed's address as it was added.
        ("http://podcasts.example/a.xml#item=0123456789abcdef", "rss:9f7e70c44515b20c-0123456789abcdef"),
        ("http://podcasts.example/a.xml#book", "rss:9f7e70c44515b20c-book"),
        ("http://stories.example/a.mp3", "web:http://stories.example/a.mp3"),
        ("http://soundcloud.com/a/b#book=0123456789abcdef", "ytdlp:http://soundcloud.com/a/b#book=0123456789abcdef"),
    ],
)
def test_a_book_by_http_has_its_own_mark_and_that_of_earlier_versions(url: str, former: str) -> None:
    assert owner(url) == OwnerId(owner(url.replace("http://", "https://")).current, former)


@pytest.mark.parametrize(
    ("url", "mark"),
    [
        ("https://podcasts.example/a.xml#book", "rss:"),
        ("https://stories.example/a.mp3", "web:https://stories.example/a.mp3"),
        ("http://ici.radio-canada.ca/ohdio/livres-audio/42418", "ohdio:42418"),
    ],
)
def test_others_have_one_mark(url: str, mark: str) -> None:
    found = owner(url)
    assert found.current.startswith(mark)
    assert found.ids == (found.current,)
