"""Health as probes see it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from ohdio_core.schemas.sentences import SentenceView


class Health(BaseModel):
    """All is well."""

    status: str = Field(examples=["ok"])


class Version(BaseModel):
    """Which ohdio this is."""

    version: str = Field(examples=["0.1.0"])
    how_to_update: str = Field(
        description="How this installation is updated.", examples=["To update: `git pull` and `make install`."]
    )
    how_to_update_message: SentenceView = Field(description="`how_to_update` as an id and values.")


class ClosedSite(BaseModel):
    """A site that is not asked for a while."""

    site: str = Field(examples=["librivox"])
    until: datetime = Field(examples=["2026-03-01T14:32:00Z"])
    reason: str | None = Field(examples=["its site asked for a pause"])
    reason_message: SentenceView | None = Field(description="`reason` as an id and values.")


class HeldBooks(BaseModel):
    """Books that wait until there is room for them, or somebody resumes them."""

    items: int = Field(description="How many; of more than 10,000, so many.", examples=[12])
    bytes: int = Field(description="That they need, as far as it is known.", examples=[4_100_000_000])


class DownloadHoursView(BaseModel):
    """Why no book begins at this time of the day."""

    begin_at: datetime | None = Field(description="Null: not known yet.", examples=["2026-03-01T22:00:00Z"])
    reason: str = Field(examples=["outside of the download hours, until 23:00"])
    reason_message: SentenceView | None = Field(description="`reason` as an id and values.")


class HealthReport(BaseModel):
    """How everything is that work needs."""

    is_database_there: bool = Field(
        description="Whether it answers; if not, workers and sites are not known.", examples=[True]
    )
    is_broker_there: bool = Field(
        description="Whether messages can be sent, as far as this process has tried lately; if not, new work starts "
        "later than usual, and nothing is lost.",
        examples=[True],
    )
    library_problem: str | None = Field(
        description="Why the library cannot be used; null when it can.", examples=[None]
    )
    library_problem_message: SentenceView | None = Field(description="`library_problem` as an id and values.")
    workers: dict[str, int] = Field(description="Live processes of each service.", examples=[{"downloader": 1}])
    closed_sites: list[ClosedSite]
    hours: DownloadHoursView | None = Field(
        default=None, description="Outside of the download hours, while books wait for them; else null."
    )
    held: HeldBooks | None = Field(default=None, description="What would not fit the disk; null when nothing is held.")
