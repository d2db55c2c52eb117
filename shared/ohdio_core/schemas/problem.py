"""Errors as clients see them: problem details (RFC 9457), every one with a sentence."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ohdio_core.schemas.sentences import SentenceView


class WrongField(BaseModel):
    """One value that was not accepted."""

    where: str = Field(examples=["body.urls"])
    message: str = Field(description="What was expected of it.", examples=["A value is expected."])
    sentence: SentenceView = Field(description="`message` as an id and values.")


class Problem(BaseModel):
    """What went wrong, and what to do about it."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no book 17 in the queue; it may have been deleted."])
    message: SentenceView = Field(description="`detail` as an id and values, to be said in another language.")
    errors: list[WrongField] | None = Field(None, description="The values that were not accepted, where it was those.")
