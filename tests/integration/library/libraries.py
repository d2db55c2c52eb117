"""Libraries of both kinds, and what a test sees of the books in them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library
from ohdio_core.library.bucket.address import BucketAddress
from ohdio_core.library.bucket.library import BucketLibrary
from ohdio_core.library.bucket.objects import Objects


@dataclass(frozen=True, slots=True)
class Bucket:
    """A library in a bucket, and the objects in that."""

    address: BucketAddress
    library: BucketLibrary
    objects: Objects

    def every_key(self, prefix: str = "") -> list[str]:
        """Return all keys, but those of the library itself."""
        return [stored.key for stored in self.objects.below(prefix) if stored.key != ".ohdio-library"]


def contents(library: Library, folder: PurePosixPath, owner_id: OwnerId) -> dict[str, bytes]:
    """Return the files of a book as the library reads them."""
    found = {}
    for name in library.our_files(folder, owner_id):
        file = library.file(name)
        assert file is not None, name
        found[name.name] = b"".join(library.read(name, 0, file.size))
    return found
