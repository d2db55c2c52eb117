from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.expectations import UnexpectedValue
from ohdio_core.name_template import NameField, NamePiece, parse_names


def test_is_made_of_folders_and_these_of_pieces() -> None:
    template = parse_names("{author}/{sequence - }{title} {{{narrator}}}")
    assert template.folders == (
        (NamePiece("", NameField.AUTHOR, ""),),
        (
            NamePiece("", NameField.SEQUENCE, " - "),
            NamePiece("", NameField.TITLE, ""),
            NamePiece(" {"),
            NamePiece("", NameField.NARRATOR, ""),
            NamePiece("}"),
        ),
    )


def test_braces_within_braces_are_meant_where_they_are_doubled() -> None:
    assert parse_names("{title}{ {{narrator}}}").folders[0][1] == NamePiece(" {", NameField.NARRATOR, "}")


def test_words_beside_a_value_go_with_it() -> None:
    assert parse_names("{Vol. sequence, }{title}").folders[0][0] == NamePiece("Vol. ", NameField.SEQUENCE, ", ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "At character 1: this folder has no name."),
        ("{author}/", "At character 10: this folder has no name."),
        ("/{title}", "At character 1: this folder has no name."),
        ("{author}//{title}", "At character 10: this folder has no name."),
        ("../{title}", "At character 1: this folder has no name."),
        (".hidden/{title}", "At character 1: folders whose names begin with a dot are hidden."),
        ("{author}/{titel}", "At character 11: there is no value called titel. There are: show, author, title,"),
        ("{author}/{}{title}", "At character 10: there is no value called {}."),
        ("{title", "At character 1: this brace is not closed."),
        ("{title}}", "At character 8: this brace closes none."),
        ("{author}/x}{title}", "At character 11: this brace closes none."),
        ("{author{title}}", "At character 8: a brace is opened within braces."),
        ("{author - title}", "At character 11: a pair of braces has one value"),
        ("{author/}{title}", "At character 8: a folder cannot end within braces"),
        ("{author}: {title}", "At character 9: names with : are refused by some systems."),
        ("{author}\\{title}", "At character 9: names with \\ are refused by some systems."),
        ("{author}/{title\n}", "At character 16: names with U+000A are refused by some systems."),
        ("{author}/\u202e{title}", "At character 10: names with U+202E are refused by some systems."),
        ("{author}/{title}" + "x" * 41, "At character 10: a folder has at most 40 bytes of text besides values."),
        ("{title}/{author}", "The last folder is that of one book, so it must have {title} in its name."),
        ("{{title}}", "The last folder is that of one book"),
        ("a/b/c/d/e/{title}", "There are at most 5 folders within each other."),
        ("{title}" + " " * 200, "A template has at most 200 characters."),
    ],
)
def test_what_is_none_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(UnexpectedValue) as refused:
        parse_names(text)
    assert str(refused.value).startswith(said)


@given(st.text(alphabet='{}/ .-:ab"author title', max_size=60) | st.text(max_size=60))
def test_any_text_is_a_template_or_refused_with_a_sentence(text: str) -> None:
    with suppress(UnexpectedValue):
        assert str(parse_names(text)) == text
