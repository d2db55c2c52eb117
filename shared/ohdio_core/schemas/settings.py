"""Settings as clients see them, and as they change them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from ohdio_core.schemas.body import Body


class SettingSource(StrEnum):
    """Where a value comes from, what counts first first."""

    ENVIRONMENT = "environment"  #: a variable, or an option of the start
    DATABASE = "database"  #: changed while ohdio ran
    DEFAULT = "default"


#: Times are seconds, folders are text.
SettingValue = str | int | float | bool | dict[str, str] | None


class SettingView(BaseModel):
    """One setting."""

    name: str = Field(examples=["page_interval"])
    variable: str = Field(description="Its environment variable.", examples=["OHDIO_PAGE_INTERVAL_SECONDS"])
    value: SettingValue = Field(description="What counts now; null for none, and for what is secret.", examples=[0.5])
    default: SettingValue = Field(description="What counts where nobody has said anything.", examples=[0.5])
    source: SettingSource = Field(examples=["default"])
    is_live: bool = Field(description="Whether it may be changed while ohdio runs.", examples=[True])
    is_changeable: bool = Field(
        description="Whether it can be changed here now: it is live, and no environment sets it.", examples=[True]
    )
    is_secret: bool = Field(description="Whether its value is shown to nobody.", examples=[False])
    unit: str | None = Field(description="What it is counted in.", examples=["s"])
    description: str = Field(examples=["Time between two page requests to one site, over all processes, in seconds"])
    changed_at: datetime | None = Field(
        description="When the value that the database has was given.", examples=["2026-03-01T09:31:12Z"]
    )


class SettingViews(BaseModel):
    """All settings of all services."""

    items: list[SettingView]


class SettingOrder(Body):
    """Another value for a setting."""

    value: Annotated[str, Field(min_length=1, max_length=1000)] | int | float | bool = Field(
        description="As JSON has it, or as text that the variable could have.", examples=[2]
    )
