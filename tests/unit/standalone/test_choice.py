from __future__ import annotations

from pathlib import Path

import pytest

from ohdio.choice import choose
from ohdio_core.settings import InvalidSettings


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (
        "LIBRARY_DIR",
        "LIBRARY_URL",
        "MAX_CONCURRENT_DOWNLOADS",
        "PORT",
        "HOST",
        "DATABASE_URL",
        "RABBITMQ_URL",
    ):
        monkeypatch.delenv(variable, raising=False)


class TestLibrary:
    def test_is_what_the_option_says_before_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBRARY_DIR", "/of/the/variable")
        choice = choose(Path("/of/before"), LIBRARY_DIR=Path("/of/the/option"))

        assert choice.settings.library_dir == Path("/of/the/option")
        assert choice.name_of("LIBRARY_DIR") == "--library"
        assert str(choice.library_to_remember) == choice.wanted_library == "/of/the/option"
        assert not choice.is_library_remembered

    def test_is_the_bucket_unless_an_option_names_a_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBRARY_URL", "s3://books/shelf/")
        choice = choose(Path("/of/before"), Path("/data"))
        assert choice.settings.library_location == choice.wanted_library == "s3://books/shelf"
        assert choice.settings.work_dir == Path("/data/work")
        assert choice.library_to_remember is None
        assert choice.why_library == (
            ", as LIBRARY_URL says; /of/before, as --library said before, counts when it is not set"
        )
        assert choice.settings.at("/of/another").library_location == "/of/another"

        choice = choose(None, Path("/data"), LIBRARY_DIR=Path("/of/the/option"))
        assert choice.settings.library_location == choice.wanted_library == "/of/the/option"
        assert choice.settings.work_dir is None
        assert choice.why_library == (
            " this time; LIBRARY_URL, which says s3://books/shelf/, counts whenever --library is not given"
        )

    def test_in_a_bucket_is_named_by_one_that_can_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBRARY_URL", "https://books.example/shelf")
        with pytest.raises(InvalidSettings, match="LIBRARY_URL"):
            choose(None)

    def test_is_what_the_variable_says_before_what_is_remembered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBRARY_DIR", "/of/the/variable")
        choice = choose(Path("/of/before"))

        assert str(choice.settings.library_dir) == choice.wanted_library == "/of/the/variable"
        assert choice.name_of("LIBRARY_DIR") == "LIBRARY_DIR"
        assert choice.library_to_remember is None
        assert not choice.is_library_remembered

    @pytest.mark.parametrize("variable", [None, ""])
    def test_is_what_is_remembered_when_nobody_says_anything(
        self, monkeypatch: pytest.MonkeyPatch, variable: str | None
    ) -> None:
        if variable is not None:
            monkeypatch.setenv("LIBRARY_DIR", variable)
        choice = choose(Path("/of/before"))

        assert choice.settings.library_dir == Path("/of/before")
        assert choice.is_library_remembered
        assert choice.wanted_library is None
        assert choice.library_to_remember is None
        assert "--library" in choice.name_of("LIBRARY_DIR")

    def test_of_the_variable_says_that_it_counts_more_than_what_is_remembered(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LIBRARY_DIR", "/of/the/variable")
        assert choose(Path("/of/before")).why_library == (
            ", as LIBRARY_DIR says; /of/before, as --library said before, counts when it is not set"
        )
        assert choose(Path("/of/the/variable")).why_library == choose(None).why_library == ""

    def test_of_the_option_says_that_the_variable_counts_later(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LIBRARY_DIR", "/of/the/variable")
        assert choose(None, LIBRARY_DIR=Path("/of/the/option")).why_library == (
            " this time; LIBRARY_DIR, which says /of/the/variable, counts whenever --library is not given"
        )
        monkeypatch.delenv("LIBRARY_DIR")
        assert choose(Path("/of/before"), LIBRARY_DIR=Path("/of/the/option")).why_library == ""

    def test_is_the_usual_one_at_first(self) -> None:
        choice = choose(None, LIBRARY_DIR=None)

        assert choice.settings.library_dir == Path("~/Audiobooks").expanduser()
        assert not choice.is_library_remembered

    def test_that_is_relative_is_remembered_from_the_root(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert choose(None, LIBRARY_DIR=Path("books")).library_to_remember == tmp_path / "books"


class TestNames:
    def test_a_wrong_option_is_called_as_the_person_called_it(self) -> None:
        with pytest.raises(InvalidSettings) as refused:
            choose(None, MAX_CONCURRENT_DOWNLOADS="many", PORT="70000")
        assert set(str(refused.value).splitlines()) == {
            "--max is wrong: it is 'many'. A whole number is expected.",
            "--port is wrong: it is '70000'. At most 65535 is expected.",
        }

    def test_a_wrong_variable_is_called_as_the_person_called_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MAX_CONCURRENT_DOWNLOADS", "0")
        with pytest.raises(InvalidSettings, match=r"^MAX_CONCURRENT_DOWNLOADS is wrong: it is '0'\. At least 1"):
            choose(None, MAX_CONCURRENT_DOWNLOADS=None)

    def test_only_an_option_is_a_wish_for_another_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MAX_CONCURRENT_DOWNLOADS", "5")
        assert choose(None).wanted_limit is None
        assert choose(None, MAX_CONCURRENT_DOWNLOADS="7").wanted_limit == 7
