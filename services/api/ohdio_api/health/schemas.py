"""Health as probes see it."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Health(BaseModel):
    """All is well."""

    status: str = Field(examples=["ok"])
