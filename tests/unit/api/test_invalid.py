"""What was wrong with a request, for programs and for people."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ohdio_api.invalid import in_a_form, in_a_request, wrong_fields
from ohdio_api.web.words import words
from ohdio_core.schemas.filters import FilterOrder


class Wishes(BaseModel):
    """What a client could send."""

    model_config = ConfigDict(extra="forbid", strict=True)

    shelf: str = Field("top", max_length=5)
    links: list[str] = Field(["x"], min_length=1, max_length=2)
    order: Literal["asc", "desc"] = "asc"
    count: Annotated[int, Field(ge=1, le=9)] = 1


def errors_of(model: type[BaseModel], **given: object) -> list[dict[str, Any]]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(given)
    return [dict(error) for error in refused.value.errors()]


@pytest.mark.parametrize(
    ("given", "english", "french"),
    [
        ({"shelf": "bottom"}, "At most 5 characters are expected.", "La valeur doit compter au plus 5 caractères."),
        ({"shelf": 5}, "A text is expected.", "Un texte est attendu."),
        ({"links": []}, "A list of at least 1 is expected.", "Une liste d’au moins 1 est attendue."),
        ({"links": ["a"] * 3}, "A list of at most 2 is expected.", "Une liste d’au plus 2 est attendue."),
        ({"links": "a"}, "A list is expected.", "Une liste est attendue."),
        ({"order": "up"}, "One of these is expected: asc, desc.", "Une de ces valeurs est attendue : asc, desc."),
        ({"count": 0}, "At least 1 is expected.", "Valeur attendue : 1 ou plus."),
        ({"count": "1"}, "A whole number is expected.", "Un nombre entier est attendu."),
        ({"colour": "red"}, "Nothing of this name is known here.", "Rien de ce nom n’est connu ici."),
    ],
)
def test_what_was_expected_is_said_in_both_languages(given: dict[str, object], english: str, french: str) -> None:
    [(field, said)] = wrong_fields(errors_of(Wishes, **given))
    assert (field.message, said.text) == (english, english)
    assert words("fr").translated(said).replace("\N{NO-BREAK SPACE}", " ") == french
    assert field.sentence.id == said.id


def test_what_a_rule_over_several_fields_says_has_an_id_too() -> None:
    [(_, said)] = wrong_fields(errors_of(FilterOrder, min_duration_seconds=9, max_duration_seconds=3))
    assert said.id == "filters.no_duration"


def test_an_error_of_a_kind_that_is_not_known_is_a_sentence_all_the_same() -> None:
    [(field, _)] = wrong_fields([{"type": "of_next_year", "loc": ("body", "x"), "msg": "Input should be odd"}])
    assert field.message == "Another value is expected."


def test_programs_read_where_a_value_stood_and_people_the_name_of_its_field() -> None:
    errors = [error | {"loc": ("body", *error["loc"])} for error in errors_of(Wishes, count=0, shelf=5)]
    wrong = wrong_fields(errors)
    assert in_a_request(wrong).text == (
        "The request is not valid. body.shelf: A text is expected. body.count: At least 1 is expected."
    )
    assert in_a_form(wrong).text == (
        "What was sent cannot be used. shelf: A text is expected. count: At least 1 is expected."
    )
