"""The sound of books in a bucket: nobody but us puts any there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.owner import OwnerId
from ohdio_core.errors import PermanentError
from ohdio_core.library.bucket.editions import Editions
from ohdio_core.library.protocol import FolderSound
from ohdio_core.sentences import sentence


class BucketSounds:
    """The sound of a library in a bucket; ``Sounds``.

    Args:
        editions: In the library.
    """

    def __init__(self, editions: Editions) -> None:
        self._editions = editions

    def find(
        self, details: BookDetails, owner_id: OwnerId, filed_at: str | None, check: Callable[[], None]
    ) -> Sequence[FolderSound]:
        """Return nothing: an edition has no files of others."""
        return ()

    def media(self, folder: PurePosixPath, owner_id: OwnerId) -> Mapping[str, str]:
        """Return which medium of the site each file was made of that is as it was placed, by their names.

        Raises:
            Postponed: The bucket cannot be read.
        """
        edition = self._editions.at(folder)
        if edition is None or edition.marker.owner not in owner_id.ids:
            return {}
        there = self._editions.files(edition)
        return {
            name: medium
            for name, medium in edition.marker.media.items()
            if name in there and there[name].size == edition.marker.files[name]
        }

    def adopt(self, sound: FolderSound, owner_id: OwnerId) -> None:
        """Change nothing, as ``find`` never finds any."""

    def episode_at(self, _name: PurePosixPath) -> None:
        """Return None: in a bucket each book has a folder of its own."""

    def claim(self, folder: PurePosixPath, owner_id: OwnerId, *, parts: int, seconds: float | None) -> bool:
        """Raise an error: what others have put into a bucket is not made a book in its place.

        Raises:
            PermanentError: Always.
        """
        raise PermanentError(
            sentence(
                "bucket.no_claim",
                "Files that are in the bucket already are not taken for a book where they are; import them from a "
                "folder.",
            )
        )
