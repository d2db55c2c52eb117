from __future__ import annotations

from typing import Any

import pytest

from ohdio.settings import StandaloneSettings
from ohdio_api.web.words import words
from ohdio_core.settings import DatabaseSettings, InvalidSettings, WorkerSettings, load


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("MAX_CONCURRENT_DOWNLOADS", "2.5", "it is '2.5'. A whole number is expected."),
        ("MAX_CONCURRENT_DOWNLOADS", "0", "it is '0'. At least 1 is expected."),
        ("PORT", "70000", "it is '70000'. At most 65535 is expected."),
        ("OHDIO_TICK_SECONDS", "0", "it is '0'. More than 0 is expected."),
        ("OHDIO_PAGE_INTERVAL_SECONDS", "-1", "it is '-1'. At least 0 is expected."),
        ("OHDIO_LEASE_SECONDS", "soon", "it is 'soon'. A number of seconds is expected."),
        ("OHDIO_LOG_LEVEL", "loud", "it is 'loud'. One of these is expected: debug, info, warning, error."),
        (
            "OHDIO_TRUSTED_PROXIES",
            "the proxy",
            (
                "it is 'the proxy'. Addresses or networks are expected, with commas between them, for instance "
                "172.18.0.5, 10.0.0.0/8."
            ),
        ),
        ("OHDIO_LOG_JSON", "perhaps", "it is 'perhaps'. True or false is expected."),
        ("UMASK", "u=rwx", "it is 'u=rwx'. Up to three octal digits are expected, for instance 002."),
        ("OHDIO_API_TOKEN", "short", "it is 5 characters long. At least 8 characters are expected."),
    ],
)
def test_a_wrong_setting_is_told_in_our_own_words(variable: str, value: str, sentence: str) -> None:
    given: dict[str, Any] = {variable: value}
    with pytest.raises(InvalidSettings) as refused:
        load(StandaloneSettings, **given)
    assert str(refused.value) == f"{variable} is wrong: {sentence}"


def test_what_a_parser_of_ours_says_is_kept() -> None:
    with pytest.raises(InvalidSettings) as refused:
        load(StandaloneSettings, OHDIO_HOST_OVERRIDES="nonsense")
    assert "it is 'nonsense'. The host override 'nonsense' does not begin with" in str(refused.value)
    assert "Value error" not in str(refused.value)


def test_a_password_in_a_wrong_address_is_not_shown() -> None:
    with pytest.raises(InvalidSettings) as refused:
        load(DatabaseSettings, DATABASE_URL="mysql://someone:secret@db.example/books")
    assert "secret" not in str(refused.value)
    assert "for instance postgresql://" in str(refused.value)


def test_one_that_is_missing_is_told_with_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(InvalidSettings, match=r"^DATABASE_URL is not set\. The address of a PostgreSQL is expected,"):
        load(DatabaseSettings)


def test_one_that_was_given_by_another_name_is_called_by_it() -> None:
    with pytest.raises(InvalidSettings, match=r"^--port is wrong"):
        load(StandaloneSettings, {"PORT": "--port"}, PORT="abc")


def test_every_wrong_setting_can_be_said_in_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(InvalidSettings) as refused:
        load(WorkerSettings, RABBITMQ_URL="mysql://someone:secret@broker.example", OHDIO_TICK_SECONDS="0")
    french = [words("fr").translated(said) for said in refused.value.sentences]
    assert [said.partition(".")[0].replace("\N{NO-BREAK SPACE}", " ") for said in french] == [
        "OHDIO_TICK_SECONDS n’est pas juste : sa valeur est « 0 »",
        "RABBITMQ_URL n’est pas juste : sa valeur est « mysql://…@broker",
        "DATABASE_URL n’est pas fixé",
    ]
    assert str(refused.value).splitlines() == [said.text for said in refused.value.sentences]
