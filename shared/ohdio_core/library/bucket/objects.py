"""The objects of a bucket: written in pieces with their checksums, copied, listed and read in ranges."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.client import connect
from ohdio_core.library.bucket.trouble import (
    BucketUnusable,
    ChangedMeanwhile,
    NoSuchObject,
    explaining,
    refused,
    upload_removed,
)
from ohdio_core.library.unreadable import FileUnreadable

_PIECE = 8 * 2**20  # bytes of one request; S3 takes 10,000 pieces of at least 5 MiB
_COPIED_PIECE = 256 * 2**20  # bytes that a server copies for one request
_CHUNK = 2**20  # bytes; each costs whoever sends it a hop between threads
MOST_LISTED = 1000  # in one answer
_MOST_DELETED = 250  # in one request; S3 takes 1,000
#: What a server may work on for long before it answers, and how long.
_SLOW = frozenset({"copy_object", "upload_part_copy", "complete_multipart_upload", "delete_objects"})
_ANSWERS_WITHIN, _ANSWERS_SLOW_WITHIN = 30, 300  # seconds
#: What people wait for in front of a page, and how long.
_SHORT = frozenset({"head_object", "get_object", "head_bucket", "list_objects_v2"})
_ANSWERS_SHORT_WITHIN = 5  # seconds
_ATTEMPTS = 3  #: of any other request
#: Seconds within which a short request that fails is sent again, and after which pauses.
_AT_ONCE, _PAUSES_AT_ONCE = 1.0, (0.1, 0.4)
#: Seconds after which what is long is gone on with where a server was away or had too much to do.
_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0)
_READS_AGAIN = (0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object that is in a bucket."""

    key: str  #: below the library
    size: int  #: bytes
    modified: datetime
    etag: str


@dataclass(frozen=True, slots=True)
class UnfinishedUpload:
    """What is uploaded in pieces, of which nobody sees anything before the last one is there."""

    key: str  #: below the library
    id: str
    begun: datetime


class Objects:
    """The objects of a library, by their keys below it; safe to use from several threads.

    Every method raises ``BucketUnusable`` where the bucket cannot be used.

    Args:
        address: Of the bucket.
        is_prompt: Rather than wait for a server that does not answer, a short request fails: people wait for it.
        check: Called before each short request; what it raises is its error.
    """

    def __init__(
        self, address: BucketAddress, *, is_prompt: bool = False, check: Callable[[], None] = lambda: None
    ) -> None:
        self.address = address
        self._is_prompt = is_prompt
        self._check = check
        self._made: dict[int, Any] = {}  #: by how long each waits for an answer
        self._making = threading.Lock()

    def find(self, key: str) -> StoredObject | None:
        """Return what is known of an object; None where there is none."""
        try:
            said = self._ask("head_object", Key=self._full(key))
        except NoSuchObject:
            self.require_bucket()
            return None
        return StoredObject(key, said["ContentLength"], said["LastModified"], said["ETag"])

    def read(self, key: str) -> tuple[bytes, StoredObject] | None:
        """Return a small object whole, and what is known of it; None where there is none."""
        try:
            said = self._ask("get_object", Key=self._full(key))
        except NoSuchObject:
            return None
        with explaining(self.address), closing(said["Body"]) as body:
            data: bytes = body.read()
        return data, StoredObject(key, len(data), said["LastModified"], said["ETag"])

    def stream(self, key: str, start: int, length: int) -> Generator[bytes]:
        """Yield bytes of an object in chunks, fewer where it ends before; closing this closes the connection.

        Where one breaks, it goes on from there on a new one.

        Raises:
            FileUnreadable: It is gone, or cannot be read.
        """
        at, end, pauses = start, start + length, iter(_READS_AGAIN)
        while at < end:
            try:
                with closing(self._chunks(key, at, end)) as chunks:
                    for chunk in chunks:
                        at += len(chunk)
                        pauses = iter(_READS_AGAIN)
                        yield chunk
            except BucketUnusable as error:
                if error.code == "InvalidRange":  # it begins where the object ends
                    return
                if (pause := next(pauses, None)) is None:
                    raise FileUnreadable(str(error)) from error
                time.sleep(pause)
            else:
                return

    def _chunks(self, key: str, start: int, end: int) -> Generator[bytes]:
        try:
            said = self._ask("get_object", Key=self._full(key), Range=f"bytes={start}-{end - 1}")
        except NoSuchObject:
            raise FileNotFoundError(key) from None
        with closing(said["Body"]) as body, explaining(self.address):
            yield from body.iter_chunks(_CHUNK)

    def below(self, prefix: str, *, most: int | None = None) -> Iterator[StoredObject]:
        """Yield the objects whose keys begin with a prefix, by their keys.

        Args:
            prefix: Below the library; empty for all of it.
            most: No more than so many.
        """
        page: Mapping[str, Any] = {"MaxKeys": MOST_LISTED if most is None else min(most, MOST_LISTED)}
        left = most
        while True:
            said = self._ask("list_objects_v2", Prefix=self._full(prefix), **page)
            yield from self._listed(said)
            left = None if left is None else left - said.get("KeyCount", 0)
            if not said.get("IsTruncated") or (left is not None and left <= 0):
                return
            page = {"ContinuationToken": said["NextContinuationToken"]}

    def after(self, key: str, most: int) -> tuple[Sequence[StoredObject], bool]:
        """Return the objects whose keys come after one, in their order, and whether there are more than that.

        Args:
            key: Below the library; there need not be such an object.
            most: Of them; a server may return fewer, and returns no more than ``MOST_LISTED``.
        """
        said = self._ask("list_objects_v2", Prefix=self._full(""), StartAfter=self._full(key), MaxKeys=most)
        return list(self._listed(said)), bool(said.get("IsTruncated"))

    def _listed(self, said: Mapping[str, Any]) -> Iterator[StoredObject]:
        cut = len(self.address.prefix)
        for each in said.get("Contents", ()):
            yield StoredObject(each["Key"][cut:], each["Size"], each["LastModified"], each["ETag"])

    def write(self, key: str, data: bytes, *, replacing: str | None = None, is_new: bool = False) -> StoredObject:
        """Write a small object.

        Args:
            key: Below the library.
            data: All of it.
            replacing: Only in the place of the object with this tag.
            is_new: Only where there is none.

        Raises:
            ChangedMeanwhile: Such a condition does not hold.
        """
        conditions = {"IfMatch": replacing} if replacing is not None else {"IfNoneMatch": "*"} if is_new else {}
        try:
            said = self._ask("put_object", Key=self._full(key), Body=data, ChecksumSHA256=_checksum(data), **conditions)
        except NoSuchObject:  # what was to be replaced
            self.require_bucket()
            raise ChangedMeanwhile(self.address) from None
        return StoredObject(key, len(data), datetime.now().astimezone(), said["ETag"])

    def takes_conditions(self, key: str) -> bool:
        """Return whether the server refuses to write an object that is there as one that is new."""
        try:
            self.write(key, b"\0", is_new=True)
        except ChangedMeanwhile:
            return True
        return False

    def upload(self, file: Path, key: str, check: Callable[[], None]) -> None:
        """Write a file; a large one in pieces, of which nothing is to be seen before the last one is there.

        Args:
            file: Of this machine.
            key: Below the library.
            check: Called before each piece; what it raises ends it, and removes what is there.

        Raises:
            OSError: The file cannot be read.
        """
        with file.open("rb") as reading:
            first = reading.read(_PIECE)
            second = reading.read(_PIECE)
            if not second:
                check()
                given = {"Key": self._full(key), "Body": first, "ChecksumSHA256": _checksum(first)}
                self._insist(check, "put_object", **given)
                return
            try:
                self._in_pieces(
                    key,
                    lambda upload: self._send(upload, (first, second), reading.read, check),
                    check,
                    ChecksumAlgorithm="SHA256",
                )
            except NoSuchObject:
                raise upload_removed(self.address) from None

    def copy(self, source: str, target: str, size: int, check: Callable[[], None] = lambda: None) -> None:
        """Copy an object within the bucket.

        Raises:
            NoSuchObject: There is none.
        """
        origin = {"Bucket": self.address.bucket, "Key": self._full(source)}
        if size <= _COPIED_PIECE:
            check()
            self._insist(check, "copy_object", Key=self._full(target), CopySource=origin)
            return

        def pieces(upload: Mapping[str, str]) -> list[Mapping[str, Any]]:
            made: list[Mapping[str, Any]] = []
            for number, start in enumerate(range(0, size, _COPIED_PIECE), 1):
                check()
                wanted = f"bytes={start}-{min(start + _COPIED_PIECE, size) - 1}"
                given = {**upload, "PartNumber": number, "CopySource": origin, "CopySourceRange": wanted}
                said = self._insist(check, "upload_part_copy", **given)["CopyPartResult"]
                made.append({"PartNumber": number, "ETag": said["ETag"]})
            return made

        self._in_pieces(target, pieces, check)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects, those too that are gone already."""
        left = [{"Key": self._full(key)} for key in keys]
        for start in range(0, len(left), _MOST_DELETED):
            self._delete(left[start : start + _MOST_DELETED])

    def _delete(self, keys: Sequence[Mapping[str, str]]) -> None:
        for pause in (*_PAUSES, None):
            said = self._insist(_on, "delete_objects", Delete={"Objects": keys, "Quiet": True})
            if not (failed := said.get("Errors")):
                return
            error = refused(self.address, failed[0])
            if pause is None or not error.passes:
                raise error
            keys = [{"Key": each["Key"]} for each in failed]
            time.sleep(pause)

    def abort_unfinished(self, *, before: datetime) -> None:
        """Remove the pieces of what killed processes were uploading, as far as it was begun before a time."""
        for each in self.unfinished():
            if each.begun < before:
                with suppress(NoSuchObject):
                    self._ask("abort_multipart_upload", Key=self._full(each.key), UploadId=each.id)

    def unfinished(self) -> Sequence[UnfinishedUpload]:
        """Return what is being uploaded in pieces, or was when its process was killed."""
        found: list[UnfinishedUpload] = []
        page: Mapping[str, Any] = {}
        cut = len(self.address.prefix)
        while True:
            said = self._ask("list_multipart_uploads", Prefix=self.address.prefix, **page)
            found += [
                UnfinishedUpload(each["Key"][cut:], each["UploadId"], each["Initiated"])
                for each in said.get("Uploads", ())
            ]
            if not said.get("IsTruncated"):
                return found
            page = {"KeyMarker": said["NextKeyMarker"], "UploadIdMarker": said["NextUploadIdMarker"]}

    def _in_pieces(
        self,
        key: str,
        send: Callable[[Mapping[str, str]], list[Mapping[str, Any]]],
        check: Callable[[], None],
        **begun_with: str,
    ) -> None:
        upload = {"Key": self._full(key)}
        upload["UploadId"] = self._insist(check, "create_multipart_upload", **upload, **begun_with)["UploadId"]
        try:
            pieces = send(upload)
            self._complete(key, upload, pieces, check)
        except BaseException:
            with suppress(BucketUnusable, NoSuchObject):
                self._ask("abort_multipart_upload", **upload)
            raise

    def _complete(
        self, key: str, upload: Mapping[str, str], pieces: list[Mapping[str, Any]], check: Callable[[], None]
    ) -> None:
        try:
            self._insist(check, "complete_multipart_upload", **upload, MultipartUpload={"Parts": pieces})
        except NoSuchObject:
            # Where the answer was lost, the request was sent once more: then the object is there.
            if self.find(key) is None:
                raise

    def _send(
        self,
        upload: Mapping[str, str],
        begun: Iterable[bytes],
        read: Callable[[int], bytes],
        check: Callable[[], None],
    ) -> list[Mapping[str, Any]]:
        made: list[Mapping[str, Any]] = []
        for data in (*begun, *iter(lambda: read(_PIECE), b"")):
            check()
            checksum = _checksum(data)
            given = {**upload, "PartNumber": len(made) + 1, "Body": data, "ChecksumSHA256": checksum}
            said = self._insist(check, "upload_part", **given)
            made.append({"PartNumber": len(made) + 1, "ETag": said["ETag"], "ChecksumSHA256": checksum})
        return made

    def require_bucket(self) -> None:
        """Raise BucketUnusable where it is the bucket that is missing."""
        self._ask("head_bucket")

    def _full(self, key: str) -> str:
        return self.address.prefix + key

    def _insist(self, check: Callable[[], None], operation: str, **given: object) -> Any:
        """Send the request of a step of something long, and once more where the server was away or had too much to do.

        It may be carried out twice, where an answer is lost.

        Args:
            check: Called before it is asked once more; what it raises ends it.
        """
        for pause in _PAUSES:
            try:
                return self._ask(operation, **given)
            except BucketUnusable as error:
                if not error.passes:
                    raise
            time.sleep(pause)
            check()
        return self._ask(operation, **given)

    def _ask(self, operation: str, **given: object) -> Any:
        if operation not in _SHORT:
            return self._send_once(operation, **given)
        self._check()
        until = time.monotonic() + _AT_ONCE
        for pause in _PAUSES_AT_ONCE if self._is_prompt else ():
            try:
                return self._send_once(operation, **given)
            except BucketUnusable as error:
                if not error.passes or time.monotonic() > until:
                    raise
            time.sleep(pause)
        return self._send_once(operation, **given)

    def _send_once(self, operation: str, **given: object) -> Any:
        with explaining(self.address):
            return getattr(self._client(operation), operation)(Bucket=self.address.bucket, **given)

    def _client(self, operation: str = "") -> Any:
        within, attempts = _ANSWERS_WITHIN, _ATTEMPTS
        if operation in _SLOW:
            within = _ANSWERS_SLOW_WITHIN
        elif self._is_prompt and operation in _SHORT:
            within, attempts = _ANSWERS_SHORT_WITHIN, 1
        with self._making:
            if within not in self._made:
                self._made[within] = connect(replace(self.address, bucket="", prefix=""), within, attempts)
            return self._made[within]


def _on() -> None:
    """Go on, whatever happens."""


def _checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
