from __future__ import annotations

import pytest

from ohdio_client.cli.suggestions import suggestion_for

COMMANDS = ("get", "up", "queue", "library", "remove", "preview")


@pytest.mark.parametrize("link", ["https://stories.example/feed.xml", "stories.example/feed.xml", "stories.example"])
def test_a_link_is_to_be_collected_or_looked_at(link: str) -> None:
    said = str(suggestion_for(link, COMMANDS))
    assert f"`ohdio get {link}` collects it" in said
    assert f"`ohdio preview {link}` looks first" in said


@pytest.mark.parametrize(
    ("word", "meant"),
    [("list", "`ohdio queue` or `ohdio library`"), ("RM", "`ohdio remove`"), ("quue", "`ohdio queue`")],
)
def test_another_name_or_a_slip_leads_to_the_command(word: str, meant: str) -> None:
    assert str(suggestion_for(word, COMMANDS)) == f"There is no command {word!r}. Perhaps {meant}?"


def test_nothing_is_guessed_of_anything_else() -> None:
    assert str(suggestion_for("xyzzy", COMMANDS)) == "There is no command 'xyzzy'; `ohdio --help` lists what there is."
