from __future__ import annotations

import errno
import json
import re
from typing import Any

import httpcore

from ohdio_core.domain.queue import WorkStatus
from ohdio_core.errors import NotFound, PermanentError
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, as_record, from_record, json_of, legacy, sentence, stored, together_if_any
from ohdio_core.sources.http import error_for_status
from ohdio_core.sources.http.failures import error_for_failure
from ohdio_core.sources.missing_page import PAGES_BEFORE, note_on_missing
from ohdio_core.sources.rss.omissions import NoEpisodes, Omission, note_on
from tools.translations import PAGE, read


def test_a_sentence_has_an_id_and_the_values_that_its_text_is_made_of() -> None:
    said = sentence("shelf.full", "{shelf} has {count} books.", shelf="Sea stories", count=3)

    assert str(said) == "Sea stories has 3 books."
    assert said.as_json() == {"id": "shelf.full", "values": {"shelf": "Sea stories", "count": 3}}


def test_a_sentence_within_another_keeps_its_id_and_values() -> None:
    inner = sentence("shelf.gone", "{shelf} is gone.", shelf="Sea stories")
    error = PermanentError(inner)

    error.prefix_with("Part 2 of 3")

    assert str(error) == "Part 2 of 3: Sea stories is gone."
    assert error.sentence.as_json() == {
        "id": "about",
        "values": {"about": "Part 2 of 3", "sentence": {"id": "shelf.gone", "values": {"shelf": "Sea stories"}}},
    }


def test_what_a_site_says_steers_no_terminal() -> None:
    said = sentence("shelf.gone", "{shelf} is gone.", shelf="Sea\x1b[2J")

    assert said.text == "Sea\\x1b[2J is gone."
    assert said.values == {"shelf": "Sea\\x1b[2J"}


def test_a_value_with_braces_is_no_template() -> None:
    assert sentence("link.bad", "{link} is no link.", link="https://x.example/{id}").text == (
        "https://x.example/{id} is no link."
    )


def test_is_the_same_after_it_was_stored() -> None:
    inner = sentence("shelf.gone", "{shelf} is gone.", shelf="Sea stories")
    said = sentence("given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=inner)
    written = json_of(said)
    assert written is not None

    again = stored(said.text, json.loads(written))

    assert again is not None
    assert (again.text, again.as_json()) == (said.text, said.as_json())


def test_what_an_earlier_version_wrote_has_its_text_as_a_value() -> None:
    assert (
        stored("It is gone.", None)
        == legacy("It is gone.")
        == Sentence("legacy", "It is gone.", {"text": "It is gone."})
    )
    assert stored(None, None) is None


def test_is_the_same_after_it_was_kept_in_one_place() -> None:
    inner = sentence("shelf.gone", "{shelf} is gone.", shelf="Sea stories")
    said = sentence("given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=inner)

    again = from_record(json.loads(json.dumps(as_record(said))))

    assert (again.text, again.as_json()) == (said.text, said.as_json())
    assert from_record("It is gone.") == legacy("It is gone.")


FRENCH = read(PAGE.read_text(encoding="utf-8"))


def in_french(said: Any) -> Any:
    """Return a sentence in French, with ordinary spaces."""
    if not isinstance(said, dict):
        return said
    values = {name: in_french(value) for name, value in said["values"].items()}
    return re.sub(r"\s", " ", FRENCH[said["id"]].template.format(**values))


def test_what_a_site_answered_can_be_said_in_another_language() -> None:
    error = error_for_status(403, "stories.example")
    assert error is not None

    assert in_french(error.sentence.as_json()) == (
        "stories.example a répondu 403 Forbidden : cela ne peut pas être lu d’ici, ou pas sans ouvrir une session. "
        "Certains sites n’acceptent que les programmes qu’ils connaissent : OHDIO_USER_AGENT fixe le nom sous lequel "
        "ohdio se présente."
    )


def test_what_is_counted_can_be_said_in_another_language() -> None:
    error = NoEpisodes("https://a.example/feed", {Omission.VIDEO: 2, Omission.NO_FILE: 1})

    assert str(error) == (
        "The feed https://a.example/feed has no episodes with a recording: of its 3 items, 1 have no file, "
        "2 have a video."
    )
    assert in_french(error.sentence.as_json()) == (
        "Le flux https://a.example/feed n’a aucun épisode avec un enregistrement. Ses éléments, 3 en tout : "
        "sans fichier (1), avec une vidéo (2)."
    )


def test_a_note_on_a_listing_can_be_said_in_another_language() -> None:
    feed = "https://a.example/feed"
    page = sentence("missing.page_of_feed", "The next page that the feed names, {link},", link=f"{feed}?page=2")
    gone = note_on_missing(NotFound(legacy("Gone.")), feed, page, PAGES_BEFORE)
    note = together_if_any(gone, note_on({Omission.VIDEO: 2, Omission.NO_FILE: 1}))
    assert note is not None

    assert in_french(note.as_json()) == (
        "La page suivante que nomme le flux, https://a.example/feed?page=2, n’existe plus ; ce que listent les pages "
        "précédentes est conservé. Des éléments de son flux sont omis, pour ce qu’ils ont à la place du son : aucun "
        "fichier (1), une vidéo (2)."
    )
    assert together_if_any(None, None) is None


def test_reasons_and_statuses_within_sentences_are_said_in_another_language_too() -> None:
    refused = httpcore.ConnectError(
        reason_in_sentence(ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"))
    )
    error = error_for_failure(refused, "stories.example")
    assert error is not None
    error.prefix_with(sentence("part", "Part {number} of {count}", number=2, count=3))

    assert str(error) == "Part 2 of 3: stories.example could not be reached: connection refused."
    assert in_french(error.sentence.as_json()) == (
        "Partie 2 de 3 : stories.example est injoignable : connexion refusée."
    )
    assert [in_french(status.said.as_json()) for status in (WorkStatus.PAUSED, WorkStatus.FAILED)] == [
        "en pause",
        "en échec",
    ]
