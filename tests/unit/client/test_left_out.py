"""What a listing has besides books, as the command says it."""

from __future__ import annotations

from ohdio_client.left_out import remark
from ohdio_core.sentences import legacy


def test_kinds_are_counted_in_plain_words() -> None:
    assert str(remark({"a video": 1}, {}, None)) == "Left out: 1 entry with a video."
    counts = {"a video": 1, "no file": 12, "a picture": 3}
    assert str(remark(counts, {}, None)) == "Left out: 12 entries with no file, 3 with a picture, 1 with a video."


def test_a_note_follows() -> None:
    assert (
        str(remark({"no file": 2}, {}, legacy("A page is gone.")))
        == "Left out: 2 entries with no file. A page is gone."
    )


def test_nothing_is_said_of_nothing() -> None:
    assert remark({}, {}, None) is None
