"""Commands print what has been translated in the language of the person's terminal, and JSON always as it is."""

from __future__ import annotations

import json

import pytest

from ohdio_core.sentences import sentence
from ohdio_core.translations import Translation
from tests.fixtures.api import Api
from tests.integration.command.running import ohdio

FRENCH = {"LC_ALL": "", "LC_MESSAGES": "fr_CA.UTF-8", "LANG": "en_CA.UTF-8", "LANGUAGE": ""}
_GERMAN = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "de_DE.UTF-8", "LANGUAGE": ""}
_GONE = sentence("book.without_audio", "The site names no audio for this book.")


@pytest.fixture
def failed(api: Api) -> int:
    """An item that failed, with the reason as the engine stores it; two others wait."""
    failed, *_ = api.engine.items(3)
    api.engine.execute(
        "UPDATE queue_items SET status = 'failed', error = :error, error_message = CAST(:message AS jsonb) "
        "WHERE id = :id",
        id=failed,
        error=_GONE.text,
        message=json.dumps(_GONE.as_json()),
    )
    return failed


def test_errors_and_waits_are_in_the_persons_language(api: Api, failed: int) -> None:
    said = ohdio(api, "queue", locale=FRENCH).stdout
    assert "Le site n’indique aucun audio pour ce livre." in said
    assert _GONE.text not in said
    assert "Le site n’indique aucun audio pour ce livre." in ohdio(api, "show", str(failed), locale=FRENCH).stdout

    waits = json.loads(ohdio(api, "queue", "--status", "queued", "--json").stdout)["items"][0]
    assert waits["wait_reason"] not in said
    assert str(Translation("fr").translated_text(waits["wait_reason"], waits["wait_message"])) in said


def test_what_the_api_refuses_is_in_the_persons_language(api: Api, failed: int) -> None:
    unknown = ohdio(api, "settings", "reset", "couleur", code=2, locale=FRENCH).stderr
    assert unknown.startswith("Il n’y a pas de réglage nommé couleur")
    refused = ohdio(api, "first", str(failed), code=1, locale=FRENCH).stderr
    assert refused.startswith(f"{failed}\N{NO-BREAK SPACE}: Seul ce qui attend, ")
    assert "Le lien ne commence ni par" in ohdio(api, "preview", "ftp://feeds.example/", code=2, locale=FRENCH).stderr


def test_what_the_command_itself_refuses_is_in_the_persons_language(api: Api, failed: int) -> None:
    unasked = ohdio(api, "remove", str(failed), code=2, locale=FRENCH).stderr
    assert unasked == (
        "Rien n’a été retiré, car personne ne peut être interrogé ici\N{NO-BREAK SPACE}: --yes retire 1 livre.\n"
    )
    which = " ".join(ohdio(api, "follows", "--pause", code=2, locale=FRENCH).stderr.split())
    assert "Indiquez ce qu’il faut mettre en pause" in which


def test_json_is_the_same_in_every_language(api: Api, failed: int) -> None:
    for command in (("show", str(failed)), ("library", "--missing"), ("trace", str(failed))):
        assert ohdio(api, *command, "--json", locale=FRENCH).stdout == ohdio(api, *command, "--json").stdout
    items = [json.loads(ohdio(api, "queue", "--json", locale=each).stdout)["items"] for each in (FRENCH, {})]
    assert items[0] == items[1]
    refused = ohdio(api, "first", str(failed), "--json", code=1, locale=FRENCH).stdout
    assert json.loads(refused)["refused"][0]["detail"].startswith("Only what waits, runs or is paused can be put first")


def test_another_language_is_english(api: Api, failed: int) -> None:
    assert ohdio(api, "queue", locale=_GERMAN).stdout == ohdio(api, "queue").stdout
    assert _GONE.text in ohdio(api, "show", str(failed), locale=_GERMAN).stdout
