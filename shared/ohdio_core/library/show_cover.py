"""The picture of a show beside its episodes, as players of podcasts look for it: that of the one that came first."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ohdio_core.domain.formats import PICTURE_FORMATS, picture_format
from ohdio_core.library.marker import MARKERS, Marker
from ohdio_core.library.naming_files import write_under_new_name

_COVER = "cover"
#: No episode has this marker, as no name begins with a dot.
_RECORD = ".show.json"


def is_show_cover(name: str) -> bool:
    """Return whether a file of this name is taken for the picture of its show."""
    path = PurePosixPath(name)
    return path.stem.lower() == _COVER and picture_format(path) is not None


def put_show_cover(directory: Path, marker: Marker) -> None:
    """Put a copy of an episode's picture beside it as that of its show, where there is none.

    Raises:
        OSError: The library cannot be written.
    """
    picture = next((name for name in marker.files if picture_format(PurePosixPath(name)) is not None), None)
    if picture is None or any((directory / f"{_COVER}{each.suffix}").exists() for each in PICTURE_FORMATS):
        return
    name, markers = f"{_COVER}{PurePosixPath(picture).suffix}", directory / MARKERS
    if (markers / _RECORD).exists():
        return  # somebody has taken it away
    source = directory / picture
    said = json.dumps({"cover": name, "sha256": _sha256(source)})
    # Another episode was faster, or its picture has gone already.
    with suppress(FileExistsError, FileNotFoundError):
        write_under_new_name(directory / name, lambda new: shutil.copyfile(source, new), beside=markers)
        write_under_new_name(markers / _RECORD, lambda new: new.write_text(said, "utf-8"), beside=markers)


def remove_show_cover(directory: Path) -> None:
    """Remove the picture that was put there for a show, unless somebody has changed it.

    Raises:
        OSError: The library cannot be written.
    """
    record = directory / MARKERS / _RECORD
    try:
        said: Any = json.loads(record.read_text(encoding="utf-8"))
        name, placed = said["cover"], said["sha256"]
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError):
        name, placed = "", ""
    is_cover = isinstance(name, str) and name in {f"{_COVER}{each.suffix}" for each in PICTURE_FORMATS}
    if is_cover and _sha256(directory / name) == placed:
        (directory / name).unlink(missing_ok=True)
    with suppress(NotADirectoryError):
        record.unlink(missing_ok=True)


def _sha256(picture: Path) -> str | None:
    """Return the checksum of a picture; None where there is none."""
    try:
        return hashlib.sha256(picture.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
