"""Books as clients see them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ohdio_core.domain.book_form import FormName
from ohdio_core.domain.queue import WorkStatus
from ohdio_core.schemas.body import AS_WHOLE, MAX_ID, VISIBLE, WITHOUT_NUL, Body
from ohdio_core.schemas.conversions import ConversionView
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.typed_facts import typed_asin, typed_day, typed_isbn


class AudiobookSort(StrEnum):
    """What books are sorted by."""

    TITLE = "title"
    AUTHOR = "author"
    ADDED = "added"


class AudiobookView(BaseModel):
    """One book."""

    model_config = ConfigDict(frozen=True)

    id: int = Field(examples=[41])
    url: str = Field(examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"])
    source: str = Field(examples=["ohdio"])
    title: str | None = Field(description="Null until it is known.", examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    narrators: list[str] = Field(examples=[["Paul Grenier"]])
    description: str | None = Field(examples=["A keeper counts ships."])
    publisher: str | None = Field(examples=["Éditions du Phare"])
    published_year: int | None = Field(examples=[2021])
    published_on: date | None = Field(
        description="The day of that year; null where no more than the year is known.", examples=["2021-05-04"]
    )
    isbn: str | None = Field(description="10 or 13 digits without hyphens.", examples=["9782070368228"])
    asin: str | None = Field(description="Amazon's number of it.", examples=["B0015T963C"])
    genre: str | None = Field(examples=["Roman"])
    audience: str | None = Field(description="Whom it is for, in its site's words.", examples=["9-12 ans"])
    translators: list[str] = Field(examples=[["Ève Tremblé"]])
    language: str | None = Field(description="BCP 47.", examples=["fr"])
    series: str | None = Field(examples=[None])
    series_position: str | None = Field(examples=[None])
    cover_url: str | None = Field(examples=["https://stories.example/covers/41.jpg"])
    duration_seconds: float | None = Field(examples=[18_240.0])
    status: WorkStatus | None = Field(
        description="Its queue item's; without one, completed when it is in the library, else null.",
        examples=["completed"],
    )
    queue_item_id: int | None = Field(examples=[17])
    library_path: str | None = Field(
        description="Its folder below the library; null until it is there.",
        examples=["Odile Marchand/The Lamp in the Harbour"],
    )
    file_size: int | None = Field(description="Bytes of audio in that folder.", examples=[96_000_000])
    form: FormName | None = Field(
        default=None,
        description="What it is to be filed as, as was said of it or its link; null as the settings say.",
        examples=["m4b"],
    )
    note: str | None = Field(
        description="What one should know of a book that is complete all the same.",
        examples=["It has 0:38:12 of sound, although its page or feed says 0:41:00."],
    )
    note_message: SentenceView | None = Field(description="`note` as an id and values.")
    edited: list[str] = Field(
        description="What a person has changed, by the names of these fields; no description changes it back.",
        examples=[["title"]],
    )
    revision: int = Field(description="One more with each change by a person; `PATCH` takes it.", examples=[0])
    created_at: datetime = Field(examples=["2026-03-01T09:30:00Z"])
    updated_at: datetime = Field(examples=["2026-03-01T09:41:00Z"])


class PartView(BaseModel):
    """One part of a book."""

    part: int = Field(description="From 1, in listening order; what `audio?part=` takes.", examples=[1])
    title: str | None = Field(examples=["Chapter one"])
    duration_seconds: float | None = Field(examples=[1_820.5])


class ChapterView(BaseModel):
    """A place in a file to jump to."""

    start_seconds: float = Field(examples=[312.0])
    title: str = Field(examples=["The keeper"])


class FileView(BaseModel):
    """One file with sound, as it was filed."""

    part: int = Field(description="From 1, in listening order; what `audio?part=` takes.", examples=[1])
    name: str = Field(description="In the book's folder.", examples=["01 - Chapter one.mp3"])
    size: int = Field(description="Bytes.", examples=[29_128_704])
    sha256: str = Field(
        description="Of the whole file, tags included, in hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    duration_seconds: float | None = Field(examples=[1_820.5])
    chapters: list[ChapterView] = Field(
        default_factory=list, description="In order of their starts; empty where it has none, or nobody has looked."
    )


class AudiobookDetail(AudiobookView):
    """One book with its parts and files."""

    parts: list[PartView]
    files: list[FileView] = Field(
        description="Those in the library, as they were filed; empty for a book that an earlier version filed."
    )
    conversion: ConversionView | None = Field(
        default=None, description="How far it is converted, or why it could not be; null where nobody has ordered that."
    )


class FacetValue(BaseModel):
    """One author, narrator, series, language or source, and how much of the library it is."""

    value: str = Field(examples=["Odile Marchand"])
    books: int = Field(examples=[31])


class Facet(BaseModel):
    """By what books can be picked, in one respect."""

    values: list[FacetValue] = Field(description="The most frequent ones first, at most 200.")
    total: int = Field(description="How many there are.", examples=[412])


class LibraryFacets(BaseModel):
    """The library in numbers."""

    books: int = Field(examples=[1284])
    seconds: int = Field(description="Of sound, as far as it is known.", examples=[33_883_200])
    author: Facet
    narrator: Facet
    series: Facet
    language: Facet
    source: Facet


def _of_text(check: Callable[[str], object]) -> BeforeValidator:
    """Return a validator whose sentence is said of what is no text, too."""
    return BeforeValidator(lambda value: check(value if isinstance(value, str) else ""))


_Name = Annotated[str, Field(min_length=1, max_length=500, pattern=VISIBLE)]
_Text = Annotated[str, Field(min_length=1, max_length=1000, pattern=VISIBLE)]
_Isbn = Annotated[_Name, AfterValidator(typed_isbn)]
_Asin = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{10}$"), _of_text(typed_asin)]
_Day = Annotated[date, _of_text(typed_day)]


class BookEdit(Body):
    """What a person says of a book; what is left out stays as it is, null or an empty list says that there is none."""

    revision: Annotated[
        int, Field(ge=0, le=MAX_ID, description="That of the book as it was shown.", examples=[0]), AS_WHOLE
    ]
    title: _Text = Field(default="", examples=["The Lamp in the Harbour"])
    authors: list[_Name] = Field(default=[], max_length=50, examples=[["Odile Marchand"]])
    narrators: list[_Name] = Field(default=[], max_length=50, examples=[["Paul Grenier"]])
    translators: list[_Name] = Field(default=[], max_length=50, examples=[["Ève Tremblé"]])
    series: _Text | None = Field(default=None, examples=["Lights of the North"])
    series_position: _Name | None = Field(default=None, examples=["2"])
    published_year: Annotated[int, Field(ge=1, le=9999), AS_WHOLE] | None = Field(default=None, examples=[2021])
    published_on: _Day | None = Field(
        default=None, description="It says the year, too, whatever `published_year` does.", examples=["2021-05-04"]
    )
    isbn: _Isbn | None = Field(
        default=None,
        description="With or without hyphens; refused where its last digit does not fit the others.",
        examples=["978-2-07-036822-8"],
    )
    asin: _Asin | None = Field(default=None, description="Amazon's number of it.", examples=["B0015T963C"])
    genre: _Text | None = Field(default=None, examples=["Novel"])
    audience: _Text | None = Field(default=None, description="Whom it is for.", examples=["9-12 ans"])
    description: str | None = Field(
        default=None, max_length=20_000, pattern=WITHOUT_NUL, examples=["A keeper counts ships."]
    )

    @property
    def changes(self) -> dict[str, Any]:
        """Return what was said, by the names of fields; a day is a day of its year."""
        said = self.model_dump(exclude={"revision"}, exclude_unset=True)
        return said if self.published_on is None else {**said, "published_year": self.published_on.year}
