"""Answers of a bucket's server that are lost on the way: what had been written stays, and is what counts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from ohdio_core.errors import Postponed
from ohdio_core.library.bucket.editions import Editions, new_edition
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.marker import Marker
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


def test_what_was_refused_for_another_request_at_that_moment_is_sent_again(bucket: Bucket, tmp_path: Path) -> None:
    with answers_instead(bucket.library, 409, is_carried_out=False, error="ConditionalRequestConflict"):
        assert bucket.library.place(stage(tmp_path), BOOK, OWNER) == HOME


def test_the_book_of_somebody_else_stays_and_a_person_can_read_why(bucket: Bucket, tmp_path: Path) -> None:
    bucket.library.place(stage(tmp_path), BOOK, OWNER)
    with pytest.raises(Postponed, match=f"written to the same place of the library {bucket.library.location} at"):
        Editions(bucket.objects).publish(new_edition(HOME, Marker("ohdio:7", 1, {}, None, {}, {})))
    assert contents(bucket.library, HOME, OWNER) == FILES
