"""Answers of a bucket's server that are lost on the way: what had been written stays, and is what counts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session
from botocore.retries.standard import ExponentialBackoff

from ohdio_core.errors import Postponed
from ohdio_core.library.bucket import objects
from ohdio_core.library.bucket.editions import Edition, Editions, new_edition
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.bucket.trouble import BucketUnusable
from ohdio_core.library.marker import Marker
from ohdio_core.library.unreadable import FileUnreadable, cannot_be_read
from tests.integration.library.faulty_store import Fault, FaultyStore
from tests.integration.library.libraries import Bucket, contents
from tests.unit.library.books import BETTER, BOOK, FILES, HOME, NEW_HOME, OWNER, RENAMED, stage

_EVENT = "before-send.s3.PutObject"
_ATTEMPTS = 3  #: of each request


class _Body(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def answers_instead(
    library: BucketLibrary, code: int, *, times: int = 1, is_carried_out: bool = True, error: str = ""
) -> Iterator[None]:
    """Answer the next writes of a marker with an error, though they are carried out."""
    left = times

    def answer(request: Any, **_: object) -> AWSResponse | None:
        nonlocal left
        if not request.url.endswith("/.ohdio.json") or left == 0:
            return None
        left -= 1
        if is_carried_out:
            URLLib3Session().send(request)
        return AWSResponse(request.url, code, {}, _Body(f"<Error><Code>{error}</Code></Error>".encode()))

    events = library._objects._client().meta.events
    events.register(_EVENT, answer, unique_id=_EVENT)
    try:
        yield
    finally:
        events.unregister(_EVENT, unique_id=_EVENT)


def file_again(library: BucketLibrary, tmp_path: Path) -> object:
    return library.place(stage(tmp_path / "again", BETTER), BOOK, OWNER, home=HOME, keeps_old=True)


def test_a_book_that_is_filed_is_whole(bucket: Bucket, tmp_path: Path) -> None:
    with answers_instead(bucket.library, 500):
        assert bucket.library.place(stage(tmp_path), BOOK, OWNER) == HOME
    assert contents(bucket.library, HOME, OWNER) == FILES
    assert len(bucket.every_key()) == len(FILES) + 1


def test_a_book_that_is_filed_again_or_renamed_is_whole(bucket: Bucket, tmp_path: Path) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    with answers_instead(bucket.library, 500, times=2):  # the trash has a marker, too
        assert file_again(bucket.library, tmp_path) == HOME
    assert contents(bucket.library, HOME, OWNER) == BETTER
    with answers_instead(bucket.library, 500):
        assert bucket.library.naming.move(HOME, RENAMED, OWNER) == NEW_HOME
    assert contents(bucket.library, NEW_HOME, OWNER) == BETTER


def test_a_book_is_deleted_and_brought_back(bucket: Bucket, tmp_path: Path) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    with answers_instead(bucket.library, 500):
        assert bucket.library.delete(HOME, OWNER)
    with answers_instead(bucket.library, 500):
        assert bucket.library.trash.restore(BOOK, OWNER) == HOME
    assert contents(bucket.library, HOME, OWNER) == FILES


def test_former_files_are_put_back(bucket: Bucket, tmp_path: Path) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    file_again(bucket.library, tmp_path)
    (former,) = bucket.library.trash.folders()
    with answers_instead(bucket.library, 500, times=2):
        assert bucket.library.trash.swap(former.key, HOME, OWNER)
    assert contents(bucket.library, HOME, OWNER) == FILES


def test_nothing_is_deleted_of_what_may_have_been_written(bucket: Bucket, tmp_path: Path) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    with answers_instead(bucket.library, 500, times=_ATTEMPTS), pytest.raises(Postponed):
        bucket.library.place(stage(tmp_path / "again", BETTER), BOOK, OWNER, home=HOME)
    assert contents(bucket.library, HOME, OWNER) == BETTER


def test_what_may_have_been_replaced_stays_in_the_trash(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    publish = Editions.publish

    def publish_and_lose(editions: Editions, edition: Edition, **named: Any) -> None:
        publish(editions, edition, **named)
        if edition.folder == HOME:
            raise BucketUnusable(bucket.address, "its answer was lost")

    with monkeypatch.context() as patched:
        patched.setattr(Editions, "publish", publish_and_lose)
        with pytest.raises(Postponed):
            file_again(bucket.library, tmp_path)
    assert contents(bucket.library, HOME, OWNER) == BETTER
    assert bucket.library.trash.find_replaced(OWNER, list(FILES)) is not None


def test_what_was_refused_for_another_request_at_that_moment_is_sent_again(bucket: Bucket, tmp_path: Path) -> None:
    with answers_instead(bucket.library, 409, is_carried_out=False, error="ConditionalRequestConflict"):
        assert bucket.library.place(stage(tmp_path), BOOK, OWNER) == HOME


def test_the_book_of_somebody_else_stays_and_a_person_can_read_why(bucket: Bucket, tmp_path: Path) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    with pytest.raises(Postponed, match=f"written to the same place of the library {bucket.library.location} at"):
        Editions(bucket.objects).publish(new_edition(HOME, Marker("ohdio:7", 1, {}, None, {}, {})))
    assert contents(bucket.library, HOME, OWNER) == FILES


PIECE = 5 * 2**20
LARGE = {"01 - La mer.mp3": b"s" * PIECE + b"ea", "02 - Le vent.mp3": b"wind"}
#: All that is asked while a book is filed, renamed, deleted, brought back and deleted for good.
OPERATIONS = ("write", "begin", "piece", "complete", "mark", "list", "copy", "copy a piece", "delete", "GET", "HEAD")


@pytest.fixture
def faulty(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyStore]:
    """A server of the bucket that breaks what it is told to; nobody waits for long before it is asked again."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
    for pauses in ("_PAUSES", "_READS_AGAIN"):
        monkeypatch.setattr(objects, pauses, (0.0, 0.0))
    for piece in ("_PIECE", "_COPIED_PIECE"):
        monkeypatch.setattr(objects, piece, PIECE)
    with FaultyStore(str(bucket.address.endpoint)).running() as store:
        yield store


@pytest.fixture
def library(bucket: Bucket, faulty: FaultyStore) -> BucketLibrary:
    return BucketLibrary(replace(bucket.address, endpoint=faulty.url))


def live(library: BucketLibrary, tmp_path: Path) -> None:
    """Do with a book all that is done with one."""
    assert library.place(stage(tmp_path, LARGE), BOOK, OWNER) == HOME
    assert contents(library, HOME, OWNER) == LARGE
    assert library.naming.move(HOME, RENAMED, OWNER) == NEW_HOME
    assert library.delete(NEW_HOME, OWNER)
    assert library.trash.restore(RENAMED, OWNER) == NEW_HOME
    assert contents(library, NEW_HOME, OWNER) == LARGE
    assert library.delete(NEW_HOME, OWNER)
    (there,) = library.trash.folders()
    library.trash.drop(there.key)


class TestAFaultyServer:
    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.LOST])
    def test_is_asked_again_and_a_book_is_whole_wherever_it_is(
        self, bucket: Bucket, library: BucketLibrary, faulty: FaultyStore, tmp_path: Path, fault: Fault
    ) -> None:
        faulty.do(fault, *OPERATIONS)
        live(library, tmp_path)
        assert all(faulty.asked[operation] > 1 for operation in OPERATIONS)
        assert bucket.every_key() == []
        # An upload whose beginning nobody has heard of goes a day later.
        assert len(bucket.objects.unfinished()) == int(fault is Fault.LOST)

    def test_is_waited_for_by_what_is_long(self, library: BucketLibrary, faulty: FaultyStore, tmp_path: Path) -> None:
        faulty.do(Fault.BUSY, "write", "begin", "piece", "complete", "copy", "copy a piece", "delete", times=4)
        live(library, tmp_path)

    def test_is_read_on_from_where_a_connection_broke(
        self, library: BucketLibrary, faulty: FaultyStore, tmp_path: Path
    ) -> None:
        library.place(stage(tmp_path, LARGE), BOOK, OWNER)
        faulty.do(Fault.CUT, "stream", times=3)
        assert b"".join(library.read(HOME / "01 - La mer.mp3", 5, 2**22)) == LARGE["01 - La mer.mp3"][5 : 5 + 2**22]
        assert faulty.asked["stream"] == 4
        faulty.do(Fault.RESET, "stream", times=99)
        with pytest.raises(FileUnreadable, match="the server cannot be reached") as failed:
            list(library.read(HOME / "01 - La mer.mp3", 0, 9))
        assert str(cannot_be_read(library.location, failed.value)) == str(failed.value)

    def test_that_takes_long_to_copy_or_to_delete_is_asked_once(
        self, library: BucketLibrary, faulty: FaultyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(objects, "_ANSWERS_WITHIN", 2)
        faulty.late_by = 3.0
        library.place(stage(tmp_path), BOOK, OWNER)
        faulty.do(Fault.LATE, "copy", "delete")
        assert library.naming.move(HOME, RENAMED, OWNER) == NEW_HOME
        assert contents(library, NEW_HOME, OWNER) == FILES
        assert (faulty.asked["copy"], faulty.asked["delete"]) == (len(FILES), 2)

    def test_that_cannot_delete_some_objects_is_asked_for_these_once_more(
        self, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(objects, "_PAUSES", (0.0,))
        ask, failed = Objects._ask, list[str]()

        def fail_once(of: Objects, operation: str, **given: Any) -> Any:
            said = ask(of, operation, **given)
            if operation == "delete_objects" and not failed:
                failed.append(given["Delete"]["Objects"][0]["Key"])
                return {**said, "Errors": [{"Key": failed[0], "Code": "InternalError"}]}
            return said

        bucket.library.place(stage(tmp_path), BOOK, OWNER)
        monkeypatch.setattr(Objects, "_ask", fail_once)
        assert bucket.library.delete(HOME, OWNER)
        assert failed
