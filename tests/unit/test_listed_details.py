"""What a listing says of a book, kept as JSON until the book is described."""

from __future__ import annotations

import json
from datetime import timedelta

from ohdio_core.collection.details import decode_details, encode_details
from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.sentences import legacy, sentence

DETAILS = BookDetails(title="The Lamp", duration=timedelta(minutes=3), parts=(Part(0, "1", url="https://a.example/1"),))


def test_is_the_same_after_it_was_kept() -> None:
    assert decode_details(json.loads(encode_details(DETAILS))) == DETAILS


def test_keeps_the_id_and_values_of_its_note() -> None:
    inner = sentence("shelf.gone", "{shelf} is gone.", shelf="Sea stories")
    note = sentence("given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=inner)
    noted = BookDetails(title="The Lamp", note=note)

    again = decode_details(json.loads(encode_details(noted))).note

    assert again is not None
    assert (again.text, again.as_json()) == (note.text, note.as_json())


def test_of_an_earlier_version_has_the_text_of_its_note() -> None:
    assert decode_details({"title": "The Lamp", "note": "A page is gone."}).note == legacy("A page is gone.")
