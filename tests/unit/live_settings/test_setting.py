from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from ohdio.settings import StandaloneSettings
from ohdio_api.web.words import words
from ohdio_core.live_settings import Json, SettingsNow, WrongValue, fixed_by_environment, settings_of
from ohdio_core.sentences import Sentence
from ohdio_core.settings import HttpSettings, load

EVERY = settings_of(StandaloneSettings)
#: What hardly any setting can be.
ODD = ("\x00", "nope nope", "-1", "25:00-26:00", "/nowhere", "")
#: Those of the start that any text may be.
ANY_TEXT = {
    "aws_access_key_id",
    "aws_endpoint_url",
    "aws_region",
    "aws_secret_access_key",
    "aws_session_token",
    "host",
    "library_dir",
    "trusted_proxies",
    "work_dir",
}
#: What else some of them may be.
NOT_ODD = {
    "api_token": {"nope nope", "25:00-26:00", "/nowhere"},
    "download_hours": {""},
    "proxy_user_header": {"-1"},
    "quiet_hours": {""},
    "time_zone": {""},
    "user_agent": {"nope nope", "-1", "25:00-26:00", "/nowhere"},
}
TRIED = [(name, value) for name in sorted(EVERY) for value in ODD]


def can_be(name: str, value: str) -> bool:
    return name in ANY_TEXT or name.endswith("_file") or value in NOT_ODD.get(name, ())


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in EVERY.values():
        monkeypatch.delenv(setting.variable, raising=False)


def prose_of(said: Sentence) -> list[str]:
    """Return the values of a sentence, and of those within it, that are sentences without being written as such."""
    values = said.values.values()
    within = [prose for each in values if isinstance(each, Sentence) for prose in prose_of(each)]
    return [each for each in values if isinstance(each, str) and re.search(r"[a-z] [a-z]+ [a-z]", each)] + within


class TestValues:
    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("page_interval", "2.5", timedelta(seconds=2.5)),
            ("page_interval", 0, timedelta(0)),
            ("min_disk_space_mb", 500, 500),
            ("min_disk_space_mb", 500.0, 500),
            ("longest_part_hours", 1.5, 1.5),
            ("user_agent", "Shelf/2 (someone@example.org)", "Shelf/2 (someone@example.org)"),
            ("log_level", "debug", "debug"),
        ],
    )
    def test_of_json_and_of_text_are_what_the_variable_would_be(self, name: str, value: Json, expected: object) -> None:
        assert EVERY[name].checked(value) == expected

    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("page_interval", "soon", "OHDIO_PAGE_INTERVAL_SECONDS cannot be 'soon'. A number of seconds is expected."),
            ("page_interval", True, "OHDIO_PAGE_INTERVAL_SECONDS cannot be 'true'. A number of seconds is expected."),
            ("page_interval", -1, "OHDIO_PAGE_INTERVAL_SECONDS cannot be '-1'. At least 0 is expected."),
            ("page_interval", 90_000, "OHDIO_PAGE_INTERVAL_SECONDS cannot be '90000'. At most 3600 is expected."),
            ("min_disk_space_mb", 2.5, "MIN_DISK_SPACE_MB cannot be '2.5'. A whole number is expected."),
            ("stall", 0, "OHDIO_STALL_SECONDS cannot be '0'. More than 0 is expected."),
            (
                "log_level",
                "loud",
                "OHDIO_LOG_LEVEL cannot be 'loud'. One of these is expected: debug, info, warning, error.",
            ),
        ],
    )
    def test_that_cannot_be_are_refused_with_what_is_expected(self, name: str, value: Json, sentence: str) -> None:
        with pytest.raises(WrongValue) as refused:
            EVERY[name].checked(value)
        assert str(refused.value) == sentence

    @pytest.mark.parametrize(("name", "value"), [each for each in TRIED if not can_be(*each)])
    def test_that_cannot_be_are_refused_in_the_language_of_whoever_reads_it(self, name: str, value: str) -> None:
        with pytest.raises(WrongValue) as refused:
            EVERY[name].checked(value)
        said, expected = words("fr").translated(refused.value.sentence), refused.value.sentence.values["expected"]
        assert EVERY[name].description not in said
        assert prose_of(expected) == []

    @pytest.mark.parametrize(("name", "value"), [each for each in TRIED if can_be(*each)])
    def test_that_can_be_whatever_they_are_are_taken(self, name: str, value: str) -> None:
        assert EVERY[name].checked(value) is not None

    def test_of_hours_says_how_late_one_is(self) -> None:
        with pytest.raises(WrongValue, match=r"from 0:00 to 24:00, for instance 23:00-07:00") as refused:
            EVERY["download_hours"].checked("23:00-25:00")
        assert "de 0\N{NO-BREAK SPACE}h à 24\N{NO-BREAK SPACE}h" in words("fr").translated(refused.value.sentence)

    @pytest.mark.parametrize("value", ["one\r\nCookie: x", " padded", "padded ", "\x00", "\ud800"])
    def test_no_name_for_sites_breaks_a_request(self, value: str) -> None:
        with pytest.raises(WrongValue, match=r"^OHDIO_USER_AGENT cannot be"):
            EVERY["user_agent"].checked(value)

    def test_of_every_setting_that_may_change_are_kept_and_read_again_as_they_are(self) -> None:
        live = [setting for setting in EVERY.values() if setting.is_live]
        assert {"user_agent", "page_interval", "log_level", "min_disk_space_mb"} <= {each.name for each in live}
        for setting in live:
            if setting.default is not None:
                value = setting.checked(setting.default)
                assert setting.checked(setting.shown(value)) == value

    def test_may_only_change_where_the_annotation_says_all_there_is_to_check(self) -> None:
        """A check of the class itself would count for the variable alone."""
        checked_by_class = {
            name
            for decorator in StandaloneSettings.__pydantic_decorators__.field_validators.values()
            for name in decorator.info.fields
        }
        assert [name for name in checked_by_class if EVERY[name].is_live] == []


class TestWhatPeopleSee:
    def test_is_what_a_variable_would_have_without_secrets(self) -> None:
        settings = load(
            StandaloneSettings,
            OHDIO_API_TOKEN="a-long-secret",
            DATABASE_URL="postgresql://someone:pass/word@db.example/books",
            OHDIO_STALL_SECONDS="20",
            UMASK="27",
            LIBRARY_DIR="/books",
            OHDIO_HOST_OVERRIDES="site.example=http://127.0.0.1:9000",
        )
        fixed = fixed_by_environment(settings)
        assert fixed == {
            "api_token": None,
            "database_url": "postgresql://…@db.example/books",
            "host_overrides": {"site.example": "http://127.0.0.1:9000"},
            "library_dir": "/books",
            "stall": 20,
            "umask": "027",
        }

    def test_has_a_unit_where_it_is_a_quantity(self) -> None:
        units = {name: EVERY[name].unit for name in ("stall", "min_disk_space_mb", "longest_part_hours", "log_level")}
        assert units == {"stall": "s", "min_disk_space_mb": "MiB", "longest_part_hours": "h", "log_level": None}


class TestNow:
    def settings(self, **given: Any) -> SettingsNow[HttpSettings]:
        return SettingsNow(load(HttpSettings, **given))

    def test_the_environment_counts_before_the_database_and_that_before_the_default(self) -> None:
        settings = self.settings(OHDIO_USER_AGENT="of the environment")
        settings.take({"user_agent": "of the database", "page_interval": 7})
        assert settings.now.user_agent == "of the environment"
        assert settings.now.page_interval == timedelta(seconds=7)
        settings.take({})
        assert settings.now.page_interval == timedelta(seconds=0.5)

    def test_what_needs_a_restart_or_is_unknown_is_not_taken(self) -> None:
        settings = self.settings()
        settings.take({"allow_private_addresses": True, "colour": "red"})
        assert settings.now == settings.given

    def test_a_value_of_another_version_is_left_out_and_logged(self) -> None:
        settings = self.settings()
        with capture_logs() as logged:
            settings.take({"page_interval": "often", "user_agent": "Shelf/2"})
        assert (settings.now.page_interval, settings.now.user_agent) == (timedelta(seconds=0.5), "Shelf/2")
        assert [line["setting"] for line in logged if line["log_level"] == "warning"] == ["page_interval"]

    def test_watchers_are_called_when_something_has_changed_and_not_otherwise(self) -> None:
        settings = self.settings()
        seen: list[str | None] = []
        settings.watch(lambda: seen.append(settings.now.user_agent))
        for stored in ({"user_agent": "a"}, {"user_agent": "a"}, {"user_agent": "b"}, {}):
            settings.take(stored)
        assert seen == ["a", "b", None]
