"""Whose turn a conversion is, and when: what its row in the database says while it is under way, and afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.collection.conversions import TakenConversion, convert_filed, order
from ohdio_core.domain.book_form import BookForm
from tests.integration.downloader.downloads import Downloads
from tests.integration.downloader.test_converting import convert, converter, folder, ordered, sounds
from tests.integration.downloader.test_replaced import with_parts


@pytest.fixture
def filed(downloads: Downloads) -> Downloads:
    """A book of two parts in MP3 that is in the library, ordered to be one."""
    with_parts(downloads, 2)
    downloads.download()
    ordered(downloads, BookForm.MP3)
    return downloads


def test_an_error_of_the_database_costs_no_attempt(filed: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise SQLAlchemyError

    running = converter(filed)
    with monkeypatch.context() as patched:
        patched.setattr("ohdio_downloader.converter.record_filed", fail)
        with pytest.raises(SQLAlchemyError):
            running.step()
    assert not running.step()  # it waits
    assert filed.engine.rows("SELECT attempts, holder FROM conversions") == [(0, None)]
    convert(filed)
    assert sounds(folder(filed)) == ["Le talus.mp3"]


def test_nobody_else_takes_it_while_it_is_filed_however_slowly(
    filed: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    leases: list[float] = []
    hold = TakenConversion.hold

    def noted(self: TakenConversion, *given: Any) -> None:
        leases.append(filed.engine.value("SELECT extract(epoch FROM lease_until - clock_timestamp()) FROM conversions"))
        hold(self, *given)

    monkeypatch.setattr(TakenConversion, "hold", noted)
    convert(filed)
    assert leases
    assert all(left > 30 for left in leases)  # what it is while it is made


def test_a_new_order_waits_for_nothing_that_an_earlier_one_waited_for(filed: Downloads) -> None:
    for again in (convert_filed, order):
        filed.engine.execute(
            "UPDATE conversions SET is_paused = true, wait_reason = 'no room', wait_message = '{}', "
            "lease_until = clock_timestamp() + interval '1 minute'"
        )
        filed.engine.order(again, filed.book, BookForm.M4B_64K)
        (row,) = filed.engine.rows("SELECT is_paused, wait_reason, wait_message, lease_until FROM conversions")
        assert tuple(row) == (False, None, None, None)
