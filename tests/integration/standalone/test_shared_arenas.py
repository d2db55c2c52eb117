"""Every process shares arenas of memory before anything of it has begun."""

from __future__ import annotations

from collections.abc import Callable
from inspect import unwrap
from types import ModuleType

import pytest

import ohdio_api.app
import ohdio_downloader.worker
import ohdio_metadata.worker
import ohdio_scraper.worker
from ohdio.cli.get import get
from ohdio.cli.up import up
from ohdio_core.schemas.submissions import Wishes


class Ended(Exception):
    pass


def end() -> None:
    raise Ended


@pytest.mark.parametrize(
    "process",
    [ohdio_api.app, ohdio_downloader.worker, ohdio_metadata.worker, ohdio_scraper.worker],
    ids=lambda module: module.__name__,
)
def test_a_service_shares_them_before_it_reads_its_settings(
    process: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "share_arenas", end)
    monkeypatch.setattr(process, "settings_or_exit", lambda _: pytest.fail("too late"))
    with pytest.raises(Ended):
        process.main()


@pytest.mark.parametrize("command", [up, lambda: unwrap(get)(urls=[], wanted=Wishes())], ids=["up", "get"])
def test_so_does_a_process_that_has_every_service(command: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ohdio_core.arenas.share_arenas", end)
    monkeypatch.setattr("ohdio_client.signals.StopSignal", lambda: pytest.fail("too late"))
    with pytest.raises(Ended):
        command()
