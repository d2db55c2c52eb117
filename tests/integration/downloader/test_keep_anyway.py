"""Books that a person wants although they are not whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ohdio_api.queue.several import noted
from ohdio_core.collection.acts import Actor, act_as
from ohdio_core.collection.control import fetch_again
from ohdio_core.collection.keep_anyway import keep_anyway
from ohdio_core.domain.act import Act
from ohdio_core.sources.rss.source import RssSource
from ohdio_core.work.outcome import Failed
from ohdio_downloader.media.probe import DamagedAudio
from tests.integration.downloader.downloads import MEDIUM, Downloads
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.sites.audio import AudioFactory


def fail(downloads: Downloads) -> None:
    """Try once, and give up."""
    claimed, run = downloads.begin()
    with pytest.raises(DamagedAudio) as failure:
        downloads.service.download(run)
    assert downloads.engine.finish(claimed, Failed(failure.value.sentence))
    assert downloads.engine.status(downloads.item) == "failed"


def keep(downloads: Downloads) -> int:
    return downloads.engine.order(noted(keep_anyway, Act.KEPT), [downloads.item])


def note(downloads: Downloads) -> str:
    return str(downloads.engine.value("SELECT note FROM audiobooks"))


def holed(data: bytes) -> bytes:
    """Return sound with a hole of a tenth of it."""
    start, end = len(data) * 4 // 10, len(data) // 2
    return data[:start] + bytes(end - start) + data[end:]


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the source promise what it has measured."""
    monkeypatch.setattr(RssSource, "measures_durations", True)


CUT = "It was kept although it is not whole: The file is cut: it has 0:00:24 of sound where the site promises"
HOLED = "It was kept although it is not whole: The file is damaged:"


@pytest.mark.parametrize(("spoilt", "said"), [(None, CUT), (holed, HOLED)])
def test_are_kept_with_a_remark_once_somebody_says_so(
    downloads: Downloads,
    faulty: FaultyOrigin,
    audio: AudioFactory,
    spoilt: Callable[[bytes], bytes] | None,
    said: str,
) -> None:
    seconds = 30 if spoilt is None else None
    data = audio.mp3("promised", 24)
    faulty.serve(MEDIUM, Serving(data if spoilt is None else spoilt(data)))
    downloads.engine.execute("UPDATE book_parts SET duration_seconds = :seconds", seconds=seconds)
    fail(downloads)
    assert downloads.files() == []
    act_as(Actor("odile", "account"))
    assert keep(downloads) == 1
    downloads.download()
    assert len(downloads.files()) == 1
    assert note(downloads).startswith(said)
    assert [tuple(row) for row in downloads.engine.rows("SELECT actor, act, about FROM acts")] == [
        ("odile", "kept_anyway", "Le talus")
    ]
    assert keep(downloads) == 0  # it is complete
    downloads.engine.order(fetch_again, [downloads.item])
    fail(downloads)  # asked for anew, it is to be whole


def test_what_never_came_cannot_be_kept(downloads: Downloads) -> None:
    downloads.engine.execute(
        "UPDATE queue_items SET status = 'failed', error = 'Gone.', "
        'error_message = \'{"id": "http.gone", "values": {}}\''
    )
    assert keep(downloads) == 0
    assert downloads.engine.status(downloads.item) == "failed"
