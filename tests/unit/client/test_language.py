"""In which language commands print what has been translated."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ohdio_client.cli.queue import remark
from ohdio_client.language import in_one_language, language_of, translated_text
from ohdio_core.domain.queue import DownloadStage
from ohdio_core.domain.site_health import failing_until
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, legacy, listed, sentence
from ohdio_core.translations import Translation


@pytest.mark.parametrize(
    "locale", ["fr", "fr_CA.UTF-8", "fr_FR", "fr_BE.ISO-8859-15@euro", "fr.UTF-8"], ids=lambda locale: locale
)
@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_is_that_of_the_locale(variable: str, locale: str) -> None:
    assert language_of({variable: locale}) == "fr"


@pytest.mark.parametrize("locale", ["", "C", "POSIX", "C.UTF-8", "en_CA.UTF-8", "de_DE.UTF-8", "frr_DE", "."])
def test_is_english_where_nothing_else_fits(locale: str) -> None:
    assert language_of({"LANG": locale}) == "en"
    assert language_of({}) == "en"


def test_the_most_special_variable_that_is_not_empty_counts() -> None:
    assert language_of({"LC_ALL": "fr_CA", "LC_MESSAGES": "en_CA", "LANG": "en_CA"}) == "fr"
    assert language_of({"LC_ALL": "", "LC_MESSAGES": "fr_CA", "LANG": "en_CA"}) == "fr"
    assert language_of({"LC_MESSAGES": "en_CA", "LANG": "fr_CA"}) == "en"
    assert language_of({"LC_NUMERIC": "fr_CA", "LC_CTYPE": "fr_CA", "LANG": "en_CA"}) == "en"


def test_a_list_of_languages_comes_before_the_locale_and_counts_for_nothing_in_that_of_c() -> None:
    assert language_of({"LANGUAGE": "de:fr_CA:en", "LANG": "de_DE.UTF-8"}) == "fr"
    assert language_of({"LANGUAGE": "de:en:fr", "LC_ALL": "fr_CA.UTF-8"}) == "en"
    assert language_of({"LANGUAGE": "de", "LANG": "fr_CA.UTF-8"}) == "en"
    assert language_of({"LANGUAGE": "", "LANG": "fr_CA.UTF-8"}) == "fr"
    assert language_of({"LANGUAGE": "fr", "LANG": "C.UTF-8"}) == "en"
    assert language_of({"LANGUAGE": "fr"}) == "en"


class TestThatASiteFails:
    """Is said in the time of whoever reads it."""

    @pytest.fixture
    def fails(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sentence]:
        monkeypatch.setenv("TZ", "America/Montreal")
        time.tzset()
        said = failing_until("ohdio", "12:30:05")
        yield replace(said, values={**said.values, "until": "2026-11-30T12:30:05Z"})
        monkeypatch.undo()
        time.tzset()

    def test_alone_and_within_another_sentence(self, fails: Sentence) -> None:
        waits = sentence("wait.description", "its description waits: {reason}", reason=fails)
        short = "ohdio is failing; tried again at 07:30"
        assert translated_text(fails.text, SentenceView.of(fails)) == short
        assert translated_text(waits.text, SentenceView.of(waits)) == f"its description waits: {short}"

    def test_as_it_came_where_an_earlier_version_wrote_it(self) -> None:
        fails = failing_until("ohdio", "12:30:05")
        assert translated_text(fails.text, SentenceView.of(fails)) == fails.text

    def test_also_in_a_line_that_is_english_for_what_it_has_of_an_earlier_version(
        self, fails: Sentence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ohdio_client.language._translation", lambda: Translation("fr"))
        line = listed(legacy("It is away"), fails)
        assert in_one_language(line) == "It is away, ohdio is failing; tried again at 07:30"


@pytest.mark.parametrize("stage", DownloadStage)
def test_each_stage_of_a_download_is_said_in_french(stage: DownloadStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ohdio_client.language._translation", lambda: Translation("fr"))
    shown: Any = SimpleNamespace(
        wait_reason=None, is_held=False, status="processing", stage=stage, bytes_done=0, bytes_total=4_200_000
    )
    shown.limit_reason = shown.limit_message = None
    said = remark(shown)
    assert said.endswith(", 0\N{NO-BREAK SPACE}o sur 4,2\N{NO-BREAK SPACE}Mo")
    assert not said.startswith(stage.value)
