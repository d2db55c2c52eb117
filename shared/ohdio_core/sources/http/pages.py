"""Pages as clients hand them on: read to their end, or while they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """A page, read to its end."""

    status: int  #: 2xx, or one that whoever asked takes for an answer, too
    url: str  #: after redirects
    headers: Mapping[str, str]  #: lower-case names; repeated ones joined by ", "
    body: bytes  #: decompressed


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that is being read: for those too large to be held."""

    url: str  #: after redirects
    headers: Mapping[str, str]  #: lower-case names; repeated ones joined by ", "
    chunks: Iterator[bytes]  #: decompressed, as they arrive; once. Raises as ``SiteClient.get`` does
