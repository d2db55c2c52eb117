"""An installation whose library is in a bucket, and what a person finds there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.objects import Objects
from tests.e2e.shelf import Shelf

MARKER = ".ohdio.json"


def settings_of(address: BucketAddress, work_dir: Path) -> Mapping[str, str]:
    return {
        "LIBRARY_URL": address.location,
        "LIBRARY_DIR": "",
        "WORK_DIR": str(work_dir),
        "AWS_ENDPOINT_URL": str(address.endpoint),
        "AWS_ACCESS_KEY_ID": str(address.key_id),
        "AWS_SECRET_ACCESS_KEY": str(address.secret),
    }


def fetched(address: BucketAddress, folder: Path) -> Shelf:
    """Return what the markers of a bucket name as a library in a folder: files of editions are one level less there."""
    objects = Objects(address)
    for marker in markers(objects):
        book = folder / marker.parent
        book.mkdir(parents=True)
        text = read(objects, marker)
        (book / MARKER).write_bytes(text)
        said = json.loads(text)
        for name in said["files"]:
            (book / name).write_bytes(read(objects, marker.parent / said["edition"] / name))
    return Shelf(folder)


def markers(objects: Objects) -> Iterator[PurePosixPath]:
    """Yield the markers of the books that are not in the trash."""
    for stored in objects.below(""):
        if stored.key.endswith(f"/{MARKER}") and not stored.key.startswith("."):
            yield PurePosixPath(stored.key)


def read(objects: Objects, key: PurePosixPath) -> bytes:
    """Return an object that must be there."""
    found = objects.read(str(key))
    assert found is not None, key
    return found[0]
