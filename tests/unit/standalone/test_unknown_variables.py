from __future__ import annotations

import pytest

from ohdio.unknown_variables import unknown_variables

KNOWN = ("OHDIO_USER_AGENT", "OHDIO_API", "MAX_CONCURRENT_DOWNLOADS", "LIBRARY_DIR", "DATABASE_URL", "HOST", "PORT")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OHDIO_USERAGENT", "OHDIO_USER_AGENT"),
        ("USER_AGENT", "OHDIO_USER_AGENT"),
        ("ohdio_user_agent", "OHDIO_USER_AGENT"),
        ("MAX_CONCURRENT_DOWNLOAD", "MAX_CONCURRENT_DOWNLOADS"),
        ("MAX_CONCURENT_DOWNLOADS", "MAX_CONCURRENT_DOWNLOADS"),
        ("OHDIO_LIBRARY_DIR", "LIBRARY_DIR"),
        ("LIBRARYDIR", "LIBRARY_DIR"),
    ],
)
def test_a_slip_is_named_with_what_may_be_meant(name: str, meant: str) -> None:
    assert [str(said) for said in unknown_variables([name], KNOWN)] == [
        f"{name} is set, but there is no such setting: {meant} is meant, perhaps."
    ]


def test_one_of_ours_that_is_like_nothing_is_named_too() -> None:
    (said,) = unknown_variables(["OHDIO_COLOUR"], KNOWN)
    assert said.text.startswith("OHDIO_COLOUR is set, but there is no such setting")


@pytest.mark.parametrize(
    "name", [*KNOWN, "OHDIO_TEST_DATABASE_URL", "LD_LIBRARY_PATH", "HOSTNAME", "PATH", "HOSTS", "GOPROXY", "DATABASE"]
)
def test_nothing_is_said_of_settings_and_of_what_belongs_to_others(name: str) -> None:
    assert list(unknown_variables([name], KNOWN)) == []
