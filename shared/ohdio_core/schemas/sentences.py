"""What clients get of a sentence beside its text, so that they can say it in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from ohdio_core.sentences import Sentence, stored


class SentenceView(BaseModel):
    """A sentence as an id and values."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(
        description="Which sentence it is; `legacy` for one that has no id, with its text as a value.",
        examples=["site.failing"],
    )
    values: dict[str, Any] = Field(
        description="What is put into it: text, numbers, and sentences within it in this form.",
        examples=[{"site": "stories.example", "time": "09:31:42"}],
    )

    @classmethod
    def of(cls, said: Sentence | None) -> Self | None:
        """Return a sentence in this form; None for None."""
        return None if said is None else cls(**said.as_json())

    @classmethod
    def stored(cls, text: str | None, message: Mapping[str, Any] | None) -> Self | None:
        """Return a sentence that a row has (``ohdio_core.sentences.stored``) in this form."""
        return cls.of(stored(text, message))
