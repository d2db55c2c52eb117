"""What is known of the files of a book once it is filed: their names, sizes, checksums and lengths."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath

from ohdio_core.collection.books import StoredBook
from ohdio_core.db.session import Database
from ohdio_core.db.sql import sql
from ohdio_core.domain.owner import OwnerId
from ohdio_core.library import Library
from ohdio_core.library.unreadable import cannot_be_read
from ohdio_downloader.checksum import sha256_of

_FIND = sql(
    "SELECT index AS number, name, size, sha256, sound_sha256, duration_seconds FROM book_files "
    "WHERE audiobook_id = :id ORDER BY number"
)


@dataclass(frozen=True, slots=True)
class FiledFile:
    """A file with sound."""

    index: int  #: from 0, in listening order
    name: str  #: in the book's folder
    size: int  #: bytes
    sha256: str  #: of the whole file as it was filed, tags included; in hexadecimal
    duration_seconds: float | None  #: None where nobody has measured it
    #: Each with the second where it begins and its title; None where nobody has looked: what is known of it stays.
    chapters: Sequence[tuple[float, str]] | None = None
    sound_sha256: str | None = None  #: of its sound alone; None where nobody has taken it


def stored_files(database: Database, audiobook_id: int) -> list[FiledFile]:
    """Return the files of a book as they were filed last, in listening order; empty for a book that never was."""
    with database.reading() as session:
        rows = session.execute(_FIND, {"id": audiobook_id}).all()
    return [
        FiledFile(row.number, row.name, row.size, row.sha256, row.duration_seconds, sound_sha256=row.sound_sha256)
        for row in rows
    ]


def read_files(
    library: Library,
    folder: PurePosixPath,
    owner_id: OwnerId,
    known: Mapping[str, float | None],
    check: Callable[[], None],
) -> tuple[FiledFile, ...]:
    """Return what is known of files that are in the library already, as after a run that was killed: by reading.

    Args:
        library: Where they are.
        folder: In which place.
        owner_id: Whose they are.
        known: Their lengths in seconds, by their names.
        check: Called often; what it raises ends the work.

    Raises:
        NeedsPerson: One of them cannot be read.
    """
    found = []
    for index, name in enumerate(library.audio_files(folder, owner_id)):
        if (file := library.file(name)) is not None:
            try:
                digest = sha256_of(library.read(name, 0, file.size), check)
            except OSError as error:
                raise cannot_be_read(library.location, error) from error
            found.append(FiledFile(index, name.name, file.size, digest, known.get(name.name)))
    return tuple(found)


def as_filed(
    library: Library, folder: PurePosixPath, owner_id: OwnerId, files: Sequence[FiledFile]
) -> tuple[FiledFile, ...]:
    """Return files under the names that they have in the library: those of an episode are told by its place.

    Args:
        library: Where they are.
        folder: In which place.
        owner_id: Whose they are.
        files: As they were before they came there.
    """
    names = library.audio_files(folder, owner_id)
    is_episode = len(files) == len(names) == 1
    return tuple(replace(file, name=names[0].name) if is_episode else file for file in files)


def media_of(files: Sequence[FiledFile], book: StoredBook) -> dict[str, str]:
    """Return which medium of the site each file was made of, by their names; nothing where one was made of several."""
    parts = book.details.parts
    return {file.name: parts[file.index].external_id for file in files} if len(files) == len(parts) else {}


def files_as_json(files: Sequence[FiledFile]) -> str:
    """Return files as a JSON array for the database."""
    return json.dumps([asdict(file) for file in files])


def files_from_json(text: str) -> tuple[FiledFile, ...]:
    """Return what ``files_as_json`` wrote.

    Raises:
        ValueError: It is something else.
        TypeError: The same.
    """
    return tuple(FiledFile(**each) for each in json.loads(text))
