"""A real worker process with fake work: ``python -m tests.fakes.worker_process``, driven by its environment.

It is composed and served as the services are. See ``FakeSettings`` for the variables.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ohdio_core.live_settings import SettingsNow
from ohdio_core.messages import DownloadAudiobook
from ohdio_core.messaging.brokers import Broker
from ohdio_core.messaging.consumers import consume
from ohdio_core.process import Node, StageWorker, serve
from ohdio_core.settings import WorkerSettings, settings_or_exit
from ohdio_core.work.stages import DOWNLOADS
from tests.fakes.fake_fetch import BEFORE_ACK, BEFORE_CLAIM, Deaths, FakeFetch
from tests.fakes.witness import Witness


class FakeSettings(WorkerSettings):
    """What a test says about the work."""

    threads: int = Field(3, alias="FAKE_THREADS")
    seconds: float = Field(0.3, alias="FAKE_SECONDS", description="how long an item takes")
    chunk: float = Field(0.05, alias="FAKE_CHUNK", description="seconds between two chunks")
    poison: str = Field("", alias="FAKE_POISON", description="ids of items that kill the process, by spaces")
    deaths: str = Field("", alias="FAKE_DEATHS", description="see ``Deaths``")
    is_silent: bool = Field(False, alias="FAKE_IS_SILENT", description="report no progress")
    directory: Path = Field(alias="FAKE_DIRECTORY", description="holds the witness, the library and the deaths")


def main() -> None:
    """Work until SIGTERM."""
    settings = settings_or_exit(FakeSettings)
    deaths = Deaths(settings.deaths, settings.directory / "deaths")
    fetch = FakeFetch(
        Witness(settings.directory / "witness"),
        settings.directory / "library",
        deaths,
        seconds=settings.seconds,
        chunk=settings.chunk,
        poison=frozenset(map(int, settings.poison.split())),
        is_silent=settings.is_silent,
    )

    def compose(node: Node, consuming: Broker) -> list[StageWorker]:
        worker = StageWorker(node, DOWNLOADS, consuming, threads=settings.threads, work=fetch)

        def handle(message: DownloadAudiobook) -> None:
            deaths.maybe(BEFORE_CLAIM, message.queue_item_id)
            worker.runner.handle(message.queue_item_id)
            deaths.maybe(BEFORE_ACK, message.queue_item_id)

        consume(consuming, DownloadAudiobook, handle)
        return [worker]

    serve(SettingsNow(settings), [DOWNLOADS], threads=settings.threads, compose=compose)


if __name__ == "__main__":
    main()
