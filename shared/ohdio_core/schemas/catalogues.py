"""What catalogues answer, as clients see it."""

from __future__ import annotations

from pydantic import BaseModel, Field

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.schemas.sentences import SentenceView


class Hit(BaseModel):
    """A book, or a listing of several, that a catalogue has found."""

    url: str = Field(description="What to add.", examples=["https://ici.radio-canada.ca/ohdio/livres-audio/1234"])
    kind: TargetKind = Field(examples=["audiobook"])
    source: str = Field(description="Whose catalogue has it.", examples=["ohdio"])
    title: str = Field(examples=["The Lamp in the Harbour"])
    authors: list[str] = Field(examples=[["Odile Marchand"]])
    cover_url: str | None = Field(examples=["https://stories.example/covers/41.jpg"])
    note: str | None = Field(description="What it is, in the site's words.", examples=["Livre audio"])
    is_known: bool = Field(description="Whether this book has been added before.", examples=[False])


class SilentCatalogue(BaseModel):
    """A catalogue that did not answer."""

    source: str = Field(examples=["librivox"])
    detail: str = Field(examples=["librivox.org did not answer within 8 seconds."])
    detail_message: SentenceView | None = Field(description="`detail` as an id and values.")


class SearchResults(BaseModel):
    """What was found, the best of each catalogue first."""

    items: list[Hit]
    answered: list[str] = Field(description="Catalogues that were searched.", examples=[["ohdio", "archive"]])
    failed: list[SilentCatalogue] = Field(description="Catalogues that did not answer.")
