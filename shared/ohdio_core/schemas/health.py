"""Health as probes see it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from ohdio_core.schemas.sentences import SentenceView


class Health(BaseModel):
    """All is well."""

    status: str = Field(examples=["ok"])


class ClosedSite(BaseModel):
    """A site that is not asked for a while."""

    site: str = Field(examples=["librivox"])
    until: datetime = Field(examples=["2026-03-01T14:32:00Z"])
    reason: str | None = Field(examples=["its site asked for a pause"])
    reason_message: SentenceView | None = Field(description="`reason` as an id and values.")


class HealthReport(BaseModel):
    """How everything is that work needs."""

    is_database_there: bool = Field(description="Whether it answers; if not, workers and sites are not known.")
    is_broker_there: bool = Field(
        description="Whether messages can be sent, as far as this process has tried lately; if not, new work starts "
        "later than usual, and nothing is lost."
    )
    library_problem: str | None = Field(description="Why the library cannot be used; null when it can.")
    library_problem_message: SentenceView | None = Field(description="`library_problem` as an id and values.")
    workers: dict[str, int] = Field(description="Live processes of each service.", examples=[{"downloader": 1}])
    closed_sites: list[ClosedSite]
