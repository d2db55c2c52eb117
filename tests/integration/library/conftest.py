from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.library import Library
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.bucket.objects import Objects
from ohdio_core.library.folder import FolderLibrary
from tests.fixtures.object_store import ObjectStore
from tests.integration.library.libraries import Bucket


@pytest.fixture
def bucket(object_store: ObjectStore) -> Bucket:
    address = object_store.address(prefix="shelf/")
    return Bucket(address, BucketLibrary(address), Objects(address))


@pytest.fixture(params=["folder", "bucket"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    if request.param == "bucket":
        found: Bucket = request.getfixturevalue("bucket")
        return found.library
    (tmp_path / "library").mkdir()
    return FolderLibrary(tmp_path / "library")
