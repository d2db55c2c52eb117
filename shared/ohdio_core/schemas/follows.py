"""Listings that are followed, as clients see them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from ohdio_core.domain.book_form import FormName
from ohdio_core.domain.queue import DEFAULT_PRIORITY
from ohdio_core.schemas.body import AS_WHOLE, Body, FormWish, Priority, SpeedLimit, blank_is
from ohdio_core.schemas.filters import MOST_NEWEST, BookFilterOrder
from ohdio_core.schemas.folder_imports import FolderOrder
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.typed_facts import typed_day

_MOST_BOOKS = 1000
_MOST_GIGABYTES = 1_000_000
_MOST_HOURS = 720
_MOST_DAYS = 3650

MostPerCheck = Annotated[
    int,
    Field(
        ge=1, le=_MOST_BOOKS, description="So many books at a time, at most; the rest at later checks.", examples=[20]
    ),
    AS_WHOLE,
]
MostGigabytes = Annotated[
    float,
    Field(
        gt=0,
        le=_MOST_GIGABYTES,
        description="Add nothing more once its books have so many GB of audio together.",
        examples=[50],
    ),
]
CheckEveryHours = Annotated[
    float,
    Field(
        ge=1, le=_MOST_HOURS, description="Hours between two checks, in place of what the settings say.", examples=[12]
    ),
]
KeepNewest = Annotated[
    int,
    Field(
        ge=1,
        le=_MOST_BOOKS,
        description="Of the books that it has added the newest so many stay; the others go to the trash.",
        examples=[10],
    ),
    AS_WHOLE,
]
KeepDays = Annotated[
    int,
    Field(
        ge=1,
        le=_MOST_DAYS,
        description="Each book that it has added stays so many days after it was filed; then it goes to the trash.",
        examples=[30],
    ),
    AS_WHOLE,
]

AsShow = Annotated[
    bool,
    Field(
        description="Its books are filed as the episodes of a show, as players of podcasts expect it, or each in a "
        "folder of its own. Where nothing is said, those of feeds are episodes.",
        examples=[True],
    ),
]


def _day(value: object) -> object:
    """Return a day: one, or as ISO 8601 writes it."""
    return value if type(value) is date else typed_day(value if isinstance(value, str) else "")


#: What was there before: nothing, everything, so many of the newest, or what appeared from a day on.
Taken = (
    Literal["everything", "new"]
    | Annotated[int, Field(ge=1, le=MOST_NEWEST), AS_WHOLE]
    | Annotated[date, BeforeValidator(_day)]
)


class FollowStatus(StrEnum):
    """The states of a follow."""

    WAITING = "waiting"  #: for its next check
    CHECKING = "checking"
    PAUSED = "paused"
    ENDED = "ended"  #: its listing is gone for good


class FollowedState(StrEnum):
    """The result of following one link of a document."""

    FOLLOWED = "followed"
    KNOWN = "known"  #: it is followed already, and keeps its own wishes
    REFUSED = "refused"


class FollowWishOrder(Body):
    """What is wanted of listings that are followed."""

    take: Taken = Field(
        default="new",
        description="What of the listing is added besides what appears from now on: nothing (new), everything, so "
        "many of the newest, or what appeared on a day or later.",
        examples=["new", 10, "2026-01-01"],
    )
    filters: BookFilterOrder = Field(default=BookFilterOrder(), description="Which books are wanted.")
    priority: Priority = DEFAULT_PRIORITY
    most_per_check: MostPerCheck | None = None
    most_gigabytes: MostGigabytes | None = None
    check_every_hours: CheckEveryHours | None = None
    keep_newest: KeepNewest | None = None
    keep_days: KeepDays | None = None
    form: Annotated[FormWish | None, blank_is(None)] = None
    speed_limit_kb: SpeedLimit | None = None
    as_show: AsShow | None = None


class FollowOrder(FollowWishOrder):
    """A listing to follow: a category, feed, author, collection or search."""

    url: str = Field(
        description="One with a user name and password is followed privately by itself.",
        examples=["https://podcasts.example/show/feed.xml"],
    )
    is_private: bool = Field(
        default=False,
        description="The link is a secret: it is kept encrypted, as are the addresses of what it lists, and no answer "
        "has it.",
    )


class NewFollowOrder(FollowOrder):
    """A listing to follow, which may first be compared with what somebody has of it."""

    held_against: FolderOrder | None = Field(
        default=None,
        description="A folder that has books of it. Nothing is fetched before `POST /follows/{id}/confirm`; until then "
        "`GET /follows/{id}/held` shows what of it is had, and what is missing.",
        examples=[None],
    )


class FollowImport(FollowWishOrder):
    """Listings to follow, all in one way: those of a subscription list (OPML), or of a text with links on its lines."""

    is_private: bool = Field(
        default=False,
        description="All its links are secrets: they are followed privately, and none is asked for a preview.",
    )
    document: str = Field(
        description="OPML, or plain text: a link on each line; empty lines and those that begin with # do not count.",
        examples=["https://stories.example/feed.xml\n"],
    )


class FollowedLink(BaseModel):
    """What became of one link of a document."""

    url: str = Field(examples=["https://stories.example/feed.xml"])
    state: FollowedState = Field(examples=["followed"])
    id: int | None = Field(description="Of the follow; null where the link was refused.", examples=[7])
    detail: str | None = Field(description="Why it was refused.", examples=[None])
    detail_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])


class FollowedLinks(BaseModel):
    """What became of the links of a document, in its order."""

    items: list[FollowedLink]


class ListPreview(BaseModel):
    """What following the links of a document would add at once."""

    links: int = Field(description="Different ones, in the document.", examples=[12])
    looked_at: int = Field(description="So many were read in the time that a person waits.", examples=[12])
    books: int = Field(description="New ones, in those that were read.", examples=[36])
    bytes: int = Field(description="Of their audio, as far as the listings tell.", examples=[2_100_000_000])
    is_whole: bool = Field(description="Whether that is all: no link is left, and no listing was cut.", examples=[True])
    disk_free_bytes: int | None = Field(description="Null where nobody knows.", examples=[210_000_000_000])


class FollowChange(Body):
    """What is to be different about a follow; what is left out stays, and null takes a bound away."""

    url: str | None = Field(
        default=None,
        description="Of what is followed privately: where it is now, with its new password or token.",
        examples=[None],
    )

    filters: BookFilterOrder | None = None
    priority: Priority | None = None
    most_per_check: MostPerCheck | None = None
    most_gigabytes: MostGigabytes | None = None
    check_every_hours: CheckEveryHours | None = None
    keep_newest: KeepNewest | None = None
    keep_days: KeepDays | None = None
    form: Annotated[FormWish | None, blank_is(None)] = None
    speed_limit_kb: SpeedLimit | None = None
    as_show: AsShow | None = None


class FollowView(BaseModel):
    """A listing that is checked again and again."""

    id: int = Field(examples=[7])
    url: str = Field(
        description="Of what is followed privately a reference, `private:7`, and never the link.",
        examples=["https://podcasts.example/show/feed.xml"],
    )
    is_private: bool = Field(examples=[False])
    address: str | None = Field(
        description="Where the site says that the listing has moved for good; null where it has not.", examples=[None]
    )
    title: str | None = Field(description="The listing's own name, once it is known.", examples=["The lighthouse"])
    status: FollowStatus = Field(examples=["waiting"])
    take: Taken = Field(description="As it was ordered.", examples=["new"])
    filters: BookFilterOrder | None = Field(description="Which books are wanted; null for all.", examples=[None])
    is_held: bool = Field(description="Nothing of it is fetched before it is confirmed.", examples=[False])
    priority: int = Field(examples=[5])
    most_per_check: int | None = Field(examples=[None])
    most_gigabytes: float | None = Field(examples=[None])
    check_every_hours: float | None = Field(examples=[None])
    keep_newest: int | None = Field(description="Of its books so many stay, the newest; null for all.", examples=[10])
    keep_days: int | None = Field(description="Each of its books stays so many days; null for all.", examples=[None])
    form: FormName | None = Field(
        description="What the books that it adds are filed as; null as the settings say.", examples=["m4b"]
    )
    speed_limit_kb: int | None = Field(
        description="How fast each of its books may come, in kilobytes a second; null for as fast as it comes.",
        examples=[500],
    )
    as_show: bool | None = Field(
        description="Whether its books are filed as the episodes of a show; null: if its listing is a feed.",
        examples=[None],
    )
    added: int = Field(description="Books that it has added, and that are still known.", examples=[12])
    met: int = Field(description="Books that it has met in its listing, added or not.", examples=[212])
    checked_at: datetime | None = Field(examples=["2026-03-01T09:30:00Z"])
    found_at: datetime | None = Field(description="When a check last added something.", examples=[None])
    next_check_at: datetime | None = Field(
        description="Null while it is checked or due, paused or ended.", examples=["2026-03-01T15:30:00Z"]
    )
    failures: int = Field(description="Checks in a row that failed.", examples=[0])
    wait_reason: str | None = Field(description="Why a check waits, when it does.", examples=[None])
    wait_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    error: str | None = Field(description="What was wrong with the last check.", examples=[None])
    error_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    note: str | None = Field(description="What to know of the listing, though it was read.", examples=[None])
    note_message: SentenceView | None = Field(description="The same as an id and values.", examples=[None])
    created_at: datetime = Field(examples=["2026-03-01T09:00:00Z"])
