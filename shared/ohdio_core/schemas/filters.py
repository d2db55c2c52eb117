"""Filters, as clients write them and see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, model_validator

from ohdio_core.domain.filters import Filters
from ohdio_core.domain.languages import language_tag
from ohdio_core.expectations import UnexpectedValue
from ohdio_core.schemas.body import AS_WHOLE, UNSEEN, Body
from ohdio_core.sentences import sentence

_MOST_WORDS = 50
_MOST_SECONDS = 10_000_000
MOST_NEWEST = 1000

#: PostgreSQL's JSON has no NUL, and blanks are in every title. What is a blank differs among dialects by U+0085.
SOMETHING = rf"^[^\x00]*[^\s\x00\x85{UNSEEN}][^\x00]*$"
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=SOMETHING)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
Seconds = Annotated[int, Field(ge=0, le=_MOST_SECONDS), AS_WHOLE]


class BookFilterOrder(Body):
    """Which books are wanted, each by itself. What is not known of a book speaks neither for it nor against it.

    Words match in any case, with or without accents.
    """

    title_include: list[Words] = Field(
        default=[], max_length=_MOST_WORDS, description="One of these in the title.", examples=[["phare", "mer"]]
    )
    title_exclude: list[Words] = Field(
        default=[], max_length=_MOST_WORDS, description="None of these in the title.", examples=[["extrait"]]
    )
    author_include: list[Words] = Field(
        default=[], max_length=_MOST_WORDS, description="One of these among the authors.", examples=[["Marchand"]]
    )
    author_exclude: list[Words] = Field(
        default=[], max_length=_MOST_WORDS, description="None of these among the authors.", examples=[[]]
    )
    languages: list[Language] = Field(
        default=[], max_length=_MOST_WORDS, description="One of these; fr stands for fr-CA too.", examples=[["fr"]]
    )
    min_duration_seconds: Seconds | None = Field(default=None, examples=[1800])
    max_duration_seconds: Seconds | None = Field(default=None, examples=[36000])

    @model_validator(mode="after")
    def _durations_fit(self) -> Self:
        shortest, longest = self.min_duration_seconds, self.max_duration_seconds
        if shortest is not None and longest is not None and shortest > longest:
            raise UnexpectedValue(
                sentence(
                    "filters.no_duration",
                    "min_duration_seconds is more than max_duration_seconds, so nothing would be left.",
                )
            )
        return self

    def filters(self) -> Filters:
        """Return them as the rules know them."""
        return Filters(
            title_include=tuple(self.title_include),
            title_exclude=tuple(self.title_exclude),
            author_include=tuple(self.author_include),
            author_exclude=tuple(self.author_exclude),
            languages=tuple(language_tag(language) or language for language in self.languages),
            min_duration=_duration(self.min_duration_seconds),
            max_duration=_duration(self.max_duration_seconds),
        )

    @classmethod
    def of(cls, filters: Filters) -> Self:
        """Return filters as clients see them."""
        return cls.model_construct(
            title_include=list(filters.title_include),
            title_exclude=list(filters.title_exclude),
            author_include=list(filters.author_include),
            author_exclude=list(filters.author_exclude),
            languages=list(filters.languages),
            min_duration_seconds=_seconds(filters.min_duration),
            max_duration_seconds=_seconds(filters.max_duration),
        )


class FilterOrder(BookFilterOrder):
    """Which books of a listing are wanted. What is not known of a book speaks neither for it nor against it.

    Words match in any case, with or without accents.
    """

    newest: Annotated[int, Field(ge=1, le=MOST_NEWEST), AS_WHOLE] | None = Field(
        default=None,
        description="So many at most: by date where the listing tells dates, else those that it names first.",
        examples=[10],
    )

    def filters(self) -> Filters:
        """Return them as the rules know them."""
        return replace(super().filters(), newest=self.newest)

    @classmethod
    def of(cls, filters: Filters) -> Self:
        """Return filters as clients see them."""
        return super().of(filters).model_copy(update={"newest": filters.newest})


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())
