"""What people have decided, as a document that another ohdio takes: without books, and without secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ohdio_core.schemas.body import Body
from ohdio_core.schemas.filters import BookFilterOrder
from ohdio_core.schemas.follows import AsShow, FollowOrder
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.settings import SettingValue

_LONGEST = 4000  # characters of an id or link
LONGEST_NAME = 4000  #: characters of what a show is called
_MOST_SECONDS = 8_640_000.0
_NO_NUL = r"^[^\x00]+$"


class PortableFollow(FollowOrder):
    """A follow, and what it has met: elsewhere it goes on from here."""

    filters: BookFilterOrder = Field(default=BookFilterOrder(), description="Which books are wanted.", examples=[{}])
    as_show: AsShow | None = False  #: what was exported before there were shows was filed in folders of its own
    is_paused: bool = Field(False, examples=[False])
    has_begun: bool = Field(False, description="Whether its listing was read to its end once.", examples=[True])
    show: str | None = Field(
        None,
        max_length=LONGEST_NAME,
        pattern=_NO_NUL,
        description="What the show is called among whose episodes it files: since the first of them, whatever its "
        "listing is called since; null where there is none yet.",
        examples=["Le phare"],
    )
    met: list[Annotated[str, Field(max_length=_LONGEST, pattern=_NO_NUL)]] = Field(
        default=[], description="The ids of what it has met; nothing of it is added (again).", examples=[["4711"]]
    )


class PortableUnwanted(Body):
    """A book that scans and follows leave out."""

    source: str = Field(max_length=100, pattern=_NO_NUL, examples=["librivox"])
    external_id: str = Field(max_length=_LONGEST, pattern=_NO_NUL, examples=["4711"])
    url: str = Field(max_length=_LONGEST, pattern=_NO_NUL, examples=["https://librivox.org/the-lamp-by-ann-whitfield/"])


class PortablePosition(Body):
    """How far a listener is in a book."""

    listener: str | None = Field(
        None, max_length=100, pattern=_NO_NUL, description="Null for the first one.", examples=["Odile"]
    )
    source: str = Field(max_length=100, pattern=_NO_NUL, examples=["librivox"])
    external_id: str = Field(max_length=_LONGEST, pattern=_NO_NUL, examples=["4711"])
    seconds: float = Field(ge=0, le=_MOST_SECONDS, allow_inf_nan=False, examples=[4321.5])
    updated_at: datetime = Field(strict=False, examples=["2026-03-01T09:31:12Z"])


class Portable(BaseModel):
    """What people have decided."""

    format: Literal["ohdio-export"] = "ohdio-export"
    version: Literal[1] = 1
    made_at: datetime = Field(examples=["2026-03-01T09:31:12Z"])
    follows: list[PortableFollow]
    unwanted: list[PortableUnwanted]
    positions: list[PortablePosition]
    settings: dict[str, SettingValue] = Field(
        description="Those that were changed while ohdio ran; never what is secret.", examples=[{"page_interval": 0.5}]
    )
    left_out: int = Field(description="Follows whose links hold a password.", examples=[0])


class PortableOrder(Body):
    """A document that `GET /export` gave, whole or in part. Each entry is judged by itself."""

    format: Literal["ohdio-export"] = "ohdio-export"
    version: Literal[1] = 1
    made_at: str | None = Field(None, examples=["2026-03-01T09:31:12Z"])
    left_out: int | None = Field(None, examples=[0])
    follows: list[dict[str, Any]] = Field(default=[], examples=[[{"url": "https://podcasts.example/feed.xml"}]])
    unwanted: list[dict[str, Any]] = Field(default=[], examples=[[]])
    positions: list[dict[str, Any]] = Field(default=[], examples=[[]])
    settings: dict[str, Any] = Field(default={}, examples=[{"page_interval": 0.5}])


class TakenIn(BaseModel):
    """What became of entries of one kind."""

    added: int = Field(0, examples=[3])
    known: int = Field(0, description="Those that were there already, or are older than what is here.", examples=[1])
    refused: int = Field(0, examples=[0])


class RefusedEntry(BaseModel):
    """Why an entry was not taken."""

    detail: str = Field(examples=["page_interval: Another value is expected."])
    message: SentenceView = Field(description="The same as an id and values.")


class PortableReport(BaseModel):
    """What an import did. The same document once more adds nothing."""

    follows: TakenIn
    unwanted: TakenIn
    positions: TakenIn
    settings: TakenIn
    problems: list[RefusedEntry] = Field(description="Why entries were refused; of many, the first ones.")


class HadOrder(Body):
    """What was had before ohdio."""

    document: str = Field(
        description="The file of yt-dlp's `--download-archive`, or a link on each line.",
        examples=["youtube dQw4w9WgXcQ\nhttps://librivox.org/the-lamp-by-ann-whitfield/\n"],
    )


class HadReport(BaseModel):
    """What counts as had from now on: scans and follows leave it out until somebody asks for its own link."""

    books: TakenIn
    problems: list[RefusedEntry] = Field(description="Why lines were refused; of many, the first ones.")
