"""Every sentence of the code is there in French, with the same fields, made from the English that it has now."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from ohdio.settings import StandaloneSettings
from ohdio_api.settings import ApiSettings
from ohdio_core.download_settings import DownloadSettings
from ohdio_core.live_settings import settings_of
from ohdio_core.settings import DescribingSettings, FollowSettings, ScrapingSettings
from ohdio_core.translations import Translation
from tests.architecture.source_tree import ROOT
from tools.translations import PAGE, Translated, in_line, read, sentences_of_the_code, written

ENGLISH = sentences_of_the_code()
FRENCH = read(PAGE.read_text(encoding="utf-8"))

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
#: A first word that is no name, such as "OHdio".
BEGINNING = re.compile(r"\w[a-zà-ÿœ]*\b(?!\.)")
#: What is copied as it is: fields, commands, elements of XML.
VERBATIM = re.compile(r"\{[^}]*\}|`[^`]*`|<[^>]*>")
#: What French typography forbids, by its name.
WRONG = {
    "a straight apostrophe or quotation mark": re.compile(r"['\"]"),
    "English quotation marks": re.compile("[“”]"),
    "no no-break space before : or %": re.compile(f"(?<!{NO_BREAK})[:%]"),
    "no narrow no-break space before ; ! ?": re.compile(f"(?<!{NARROW})[;!?]"),
    "no no-break space within guillemets": re.compile(f"«(?!{NO_BREAK})|(?<!{NO_BREAK})»"),
    "a space that may break before a unit": re.compile(r"[\dX] (?:[KMG]io|Mo|Hz|s)\b"),
    "three full stops": re.compile(r"\.\.\."),
    "two spaces": re.compile(r"\s\s"),
}
#: Fields whose values are numbers or times, before which nothing is elided.
NUMBERS = (
    "announced|bits|bound|bytes|complete|count|duration|heard|least|length|limit|mebibytes|megabytes|most"
    "|promised|right|threads"
)
#: Who knows whether "de {site}" is "d’archive.org"? The sentence is worded otherwise.
ELIDED = re.compile(rf"(?i)\b(?:ce|de|je|jusque|la|le|lorsque|me|ne|puisque|que|se|si|te) \{{(?!(?:{NUMBERS})\b|\w+:,)")


def fields(template: str) -> list[tuple[str, str]]:
    """Return the fields with their formats; "!r" is for what English has between quotation marks of its own."""
    return sorted((name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None)


def test_every_sentence_of_the_code_is_said_in_french_and_no_other() -> None:
    assert len(ENGLISH) > 200
    assert ENGLISH.keys() - FRENCH.keys() == set(), "run `make docs` and write them"
    assert FRENCH.keys() - ENGLISH.keys() == set(), "run `make docs`"
    assert [id_ for id_, one in FRENCH.items() if not one.template] == []


def test_every_french_sentence_is_made_from_the_english_of_the_code() -> None:
    assert {id_: one.english for id_, one in FRENCH.items()} == ENGLISH, "run `make docs`"
    assert [id_ for id_, one in FRENCH.items() if one.is_fuzzy] == [], "look at them, then remove the mark"


def test_no_french_sentence_quotes_as_python_does() -> None:
    """What English has between straight quotation marks (``!r``) stands between guillemets."""
    quoting = [id_ for id_, one in FRENCH.items() for *_, how in Formatter().parse(one.template) if how == "r"]
    assert quoting == []


def test_every_french_sentence_has_the_fields_of_the_english_one() -> None:
    assert {id_: fields(one.template) for id_, one in FRENCH.items()} == {
        id_: fields(template) for id_, template in ENGLISH.items()
    }


def test_a_french_sentence_ends_in_a_full_stop_where_the_english_one_does() -> None:
    """Clauses stand within other sentences."""
    assert [id_ for id_, one in FRENCH.items() if one.template.endswith(".") != ENGLISH[id_].endswith(".")] == []


def test_a_french_sentence_begins_with_a_capital_where_the_english_one_does() -> None:
    pairs = ((id_, BEGINNING.match(one.template), BEGINNING.match(ENGLISH[id_])) for id_, one in FRENCH.items())
    assert [
        id_ for id_, french, english in pairs if french and english and french[0].istitle() != english[0].istitle()
    ] == []


@pytest.mark.parametrize("rule", WRONG)
def test_french_is_set_as_french(rule: str) -> None:
    assert [id_ for id_, one in FRENCH.items() if WRONG[rule].search(VERBATIM.sub("X", one.template))] == []


def test_no_word_that_may_be_elided_stands_before_a_name() -> None:
    assert [id_ for id_, one in FRENCH.items() if ELIDED.search(one.template)] == []


def test_what_is_written_in_the_file_is_what_people_read() -> None:
    french = Translation("fr")
    for id_, one in FRENCH.items():
        values = {name: f"<{name}>" for name, _ in fields(one.template)}
        if all(not spec for _, spec in fields(one.template)):
            assert french.translated_text("", {"id": id_, "values": values}) == one.template.format(**values)


def test_a_new_sentence_is_added_one_that_is_gone_removed_and_a_changed_one_marked() -> None:
    before = {
        "shelf.full": Translated("{shelf} is full.", "{shelf} est plein."),
        "shelf.gone": Translated("It is gone.", "Il n’est plus là."),
        "shelf.kept": Translated("It is kept.", "Il est gardé."),
    }
    now = {"shelf.full": "{shelf} has no room.", "shelf.kept": "It is kept.", "shelf.new": "It is “new”."}

    after = read(written(in_line(now, before)))

    assert after == {
        "shelf.full": Translated("{shelf} has no room.", "{shelf} est plein.", is_fuzzy=True),
        "shelf.kept": Translated("It is kept.", "Il est gardé."),
        "shelf.new": Translated("It is “new”.", ""),
    }
    assert in_line(now, after) == after


def test_what_every_setting_does_is_said_in_french_and_of_no_other() -> None:
    of_workers = (ScrapingSettings, FollowSettings, DescribingSettings, DownloadSettings)
    every = settings_of(StandaloneSettings, ApiSettings, *of_workers)
    with (ROOT / "services/api/ohdio_api/web/locale/fr/settings.po").open("rb") as opened:
        french = {str(message.id): str(message.string) for message in read_po(opened, locale="fr") if message.id}
    assert french.keys() == {setting.variable for setting in every.values()}
    assert [variable for variable, text in french.items() if not text.strip()] == []
