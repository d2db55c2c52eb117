"""What a downloader does beside the downloads is told as it goes, and says why it does not go on."""

from __future__ import annotations

from uuid import uuid4

from ohdio_core.collection.folder_imports import TakenImport
from ohdio_core.collection.verification import TakenVerification, note_fault
from ohdio_core.domain.file_fault import FaultKind
from tests.fixtures.api import Api
from tests.integration.api.test_converting import filed_as
from tests.integration.api.test_events import announce, watching


def test_a_verification_is_told_with_what_it_finds(api: Api) -> None:
    (item,) = api.engine.titled("La mer")
    filed_as(api, item, "1.mp3")
    api.engine.worker()
    with watching(api) as events:
        events.until("snapshot")
        api.http.post("/library/verification", json={}).raise_for_status()
        assert events.until("verification")["last"]["ended_at"] is None
        with api.engine.database.statement() as work:
            taken = TakenVerification.take(work, uuid4())
            assert taken is not None
            book = taken.next_book(work)
            assert book is not None
            note_fault(work, book, book.files[0], FaultKind.LOST)
            taken.note_book(work, book)
        announce(api, work.outbox.changes)
        assert events.until("faults") == {"faulty": 1}
        assert events.until("verification")["last"]["books_done"] == 1
    # Whoever was at it has died.
    api.engine.execute("UPDATE verifications SET lease_until = clock_timestamp() - interval '1 s'")
    assert api.get("/library/verification")["last"]["wait_message"]["id"] == "beside.interrupted"
    api.engine.execute("DELETE FROM workers")
    assert api.get("/library/verification")["last"]["wait_message"]["id"] == "beside.no_downloader"
    api.http.delete("/library/verification")
    assert api.get("/library/verification")["last"]["wait_reason"] is None


def test_an_import_is_told_as_it_goes(api: Api) -> None:
    api.engine.worker()
    with watching(api) as events:
        events.until("snapshot")
        api.http.post("/library/imports", json={"path": "/library/Old books"}).raise_for_status()
        assert events.until("folder_import")["last"]["step"] == "reading"
        with api.engine.database.statement() as work:
            taken = TakenImport.take(work, uuid4())
            assert taken is not None
            taken.rest(work)
        announce(api, work.outbox.changes)
        assert events.until("folder_import")["last"]["step"] == "read"
    api.http.post("/library/imports", json={"path": "/library/Old shows"})
    with api.engine.database.statement() as work:
        assert TakenImport.take(work, uuid4()) is not None
    assert api.get("/library/imports")["last"]["wait_reason"] is None
    api.engine.execute("UPDATE folder_imports SET lease_until = clock_timestamp() - interval '1 s'")
    assert api.get("/library/imports")["last"]["wait_message"]["id"] == "beside.interrupted"
