"""Where the library is, and what its books are called."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, FilePath, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.name_template import parse_names, parse_show_names
from ohdio_core.password_file import with_secret_of_file
from ohdio_core.sentences import sentence
from ohdio_core.setting_group import Group
from ohdio_core.setting_types import LIVE, Mask, Names, ShowNames, shaped

_LABEL = "(?!-)[a-zA-Z0-9-]{1,63}(?<!-)"
#: As botocore takes them: names of servers and addresses of IPv6, and names of regions.
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_REGION = re.compile(rf"(?![0-9]+$){_LABEL}")


def is_address_of_server(url: str) -> bool:
    """Return whether this can be the address of a server that speaks HTTP."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # no port can be that, or no address in brackets
        return False
    is_plain = parts.username is None and not parts.query and not parts.fragment
    has_host = _HOST.fullmatch(parts.hostname or "") is not None
    return parts.scheme in {"http", "https"} and has_host and port != 0 and is_plain


_Bucket = Annotated[
    str,
    shaped(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.{0,100})?",
        sentence(
            "expected.bucket",
            "The address of a bucket is expected, for instance {example}.",
            example="s3://bucket/books",
        ),
    ),
]


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

    library_url: _Bucket | None = Field(
        None,
        alias="LIBRARY_URL",
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

    @field_validator("aws_endpoint_url")
    @classmethod
    def _require_server(cls, value: str | None) -> str | None:
        if value is not None and not is_address_of_server(value):
            raise UnexpectedValue(
                sentence(
                    "expected.server",
                    "The address of a server is expected, with http or https, its name, and its port where it has one "
                    "of its own, for instance {example}.",
                    example="https://store.example:9000",
                )
            )
        return value

    @field_validator("aws_region")
    @classmethod
    def _require_region(cls, value: str | None) -> str | None:
        if value and _REGION.fullmatch(value) is None:
            raise UnexpectedValue(
                sentence(
                    "expected.region",
                    "The name of a region is expected: letters without accents, digits and hyphens, for instance "
                    "ca-central-1.",
                )
            )
        return value

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
