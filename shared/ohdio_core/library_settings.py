"""Where the library is, and what its books are called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from ohdio_core.name_template import parse_names, parse_show_names
from ohdio_core.setting_group import Group
from ohdio_core.setting_types import LIVE, Mask, Names, ShowNames


class LibrarySettings(Group):
    """Where the books are."""

    library_dir: Path = Field(
        Path("~/Audiobooks"), alias="LIBRARY_DIR", description="The folder that finished books are put into"
    )
    book_names: Annotated[Names, NoDecode, LIVE] = Field(
        parse_names("{author}/{series}/{sequence - }{title}"),
        alias="BOOK_NAMES",
        description="The folders that new books get, by a template of values in braces",
    )
    show_names: Annotated[ShowNames, NoDecode, LIVE] = Field(
        parse_show_names("{show}/{date} - {title}"),
        alias="SHOW_NAMES",
        description="The folders that new episodes of shows lie in, and what their files are called but for suffixes",
    )
    umask: Mask | None = Field(
        None,
        alias="UMASK",
        description="The rights that files and folders of the library are made without, in octal: 002 lets the group "
        "change them, 027 keeps them from others (default: as the process was started)",
    )

    @field_validator("library_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def library_location(self) -> str:
        """Where the books are, as ``Library.location`` says it."""
        return str(self.library_dir.absolute())

    def at(self, location: str) -> Self:
        """Return these settings with the library of another process, by the location of which that has told."""
        return self.model_copy(update={"library_dir": Path(location)})

    def apply_umask(self) -> None:
        """Make this process create files without the rights that ``UMASK`` names."""
        if self.umask is not None:
            os.umask(self.umask)
