"""Where the library is, and what its books are called."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, FilePath, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from ohdio_core.name_template import parse_names, parse_show_names
from ohdio_core.password_file import with_secret_of_file
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

    library_url: str | None = Field(
        None,
        alias="LIBRARY_URL",
        pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.{0,100})?$",
        description="A bucket of an object store in the place of that folder, for instance s3://bucket/books; it needs "
        "the extra s3 (docs/library.md)",
    )
    aws_access_key_id: str | None = Field(
        None,
        alias="AWS_ACCESS_KEY_ID",
        description="The access key for the bucket (default: what this machine has, as a role)",
    )
    aws_secret_access_key: SecretStr | None = Field(
        None, alias="AWS_SECRET_ACCESS_KEY", description="The secret of that access key"
    )
    aws_session_token: SecretStr | None = Field(
        None, alias="AWS_SESSION_TOKEN", description="What a temporary access key has beside its secret"
    )
    aws_access_key_id_file: Path | None = Field(
        None,
        alias="AWS_ACCESS_KEY_ID_FILE",
        description="A file with the access key, where AWS_ACCESS_KEY_ID is not set",
    )
    aws_secret_access_key_file: Path | None = Field(
        None,
        alias="AWS_SECRET_ACCESS_KEY_FILE",
        description="A file with its secret, where AWS_SECRET_ACCESS_KEY is not set",
    )
    aws_session_token_file: Path | None = Field(
        None, alias="AWS_SESSION_TOKEN_FILE", description="A file with its token, where AWS_SESSION_TOKEN is not set"
    )
    aws_endpoint_url: str | None = Field(
        None,
        alias="AWS_ENDPOINT_URL",
        pattern=r"^https?://",
        description="The address of the object store, where it is not Amazon's",
    )
    aws_ca_bundle: FilePath | None = Field(
        None,
        alias="AWS_CA_BUNDLE",
        description="A file with the certificate by which that of the object store is signed, where an authority of "
        "your own has signed it",
    )
    aws_region: str | None = Field(
        None, alias="AWS_REGION", description="The region that the bucket is in, where its server has several"
    )

    @model_validator(mode="before")
    @classmethod
    def _read_keys(cls, values: dict[str, Any]) -> dict[str, Any]:
        for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            values = with_secret_of_file(values, variable, f"{variable}_FILE")
        return values

    @field_validator("library_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def library_location(self) -> str:
        """Where the books are, as ``Library.location`` says it."""
        return str(self.library_dir.absolute()) if self.library_url is None else self.library_url.rstrip("/")

    def at(self, location: str) -> Self:
        """Return these settings with the library of another process, by the location of which that has told."""
        if location.startswith("s3://"):
            return self.model_copy(update={"library_url": location})
        return self.model_copy(update={"library_dir": Path(location), "library_url": None})

    def apply_umask(self) -> None:
        """Make this process create files without the rights that ``UMASK`` names."""
        if self.umask is not None:
            os.umask(self.umask)
