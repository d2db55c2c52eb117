from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ohdio_api.web.words import capital, words
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, about, legacy, sentence

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "0 B", "0 o"),
        (999, "999 B", "999 o"),
        (38_400, "38 kB", "38 ko"),
        (999_500, "1.0 MB", "1,0 Mo"),
        (4_230_000, "4.2 MB", "4,2 Mo"),
        (96_000_000, "96 MB", "96 Mo"),
        (412_000_000_000, "412 GB", "412 Go"),
        (5_100_000_000_000_000, "5100 TB", "5100 To"),
    ],
)
def test_an_amount_of_bytes(size: int, english: str, french: str) -> None:
    plain = {code: words(code).size(size).replace(NBSP, " ") for code in ("en", "fr")}
    assert plain == {"en": english, "fr": french}


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (-3, "0 s", "0 s"),
        (28.4, "28 s", "28 s"),
        (90, "2 min", "2 min"),
        (3_599, "1 h 00", "1 h 00"),
        (6_480, "1 h 48", "1 h 48"),
        (172_800, "2 days", "2 jours"),
    ],
)
def test_how_long_something_takes(seconds: float, english: str, french: str) -> None:
    plain = {code: words(code).duration(seconds).replace(NBSP, " ") for code in ("en", "fr")}
    assert plain == {"en": english, "fr": french}


@pytest.mark.parametrize(
    ("tag", "english", "french"),
    [
        ("fr", "French", "Français"),
        ("fr-CA", "French (Canada)", "Français (Canada)"),
        ("lat-x-med", "lat-x-med", "lat-x-med"),
        ("not a tag", "not a tag", "not a tag"),
    ],
)
def test_a_language(tag: str, english: str, french: str) -> None:
    assert {code: words(code).language(tag) for code in ("en", "fr")} == {"en": english, "fr": french}


class TestSentences:
    def test_are_said_in_french_with_what_is_within_them(self) -> None:
        inner = sentence("wait.no_scraper", "no scraper is running")
        given_up = sentence("given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=inner)
        said = words("fr").translated(given_up)
        assert said != given_up.text
        assert "5" in said
        assert words("en").translated(given_up) == given_up.text

    def test_with_a_text_of_somebody_else_within_keep_it_as_it_is(self) -> None:
        given_up = sentence(
            "given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=legacy("Boom.")
        )
        assert words("fr").translated(given_up).endswith("Boom.")

    def test_that_nobody_has_translated_stay_in_english(self) -> None:
        assert words("fr").translated_text("Nothing.", SentenceView(id="no.such.id", values={})) == "Nothing."

    def test_of_an_older_version_with_other_values_stay_in_english(self) -> None:
        assert words("fr").translated_text("Given up.", SentenceView(id="given_up", values={})) == "Given up."


def test_a_time_of_today_has_no_date() -> None:
    assert ":" in words("en").clock(datetime.now(UTC))
    assert " h " in words("fr").clock(datetime.now(UTC)).replace(NBSP, " ")


def test_when_something_is_reads_as_a_clause() -> None:
    today = datetime.now().astimezone().replace(hour=3, minute=0)
    days = [today, today + timedelta(days=1), today - timedelta(days=1), datetime(2020, 12, 1, 3).astimezone()]
    said = ["at 03:00", "at 03:00 tomorrow", "at 03:00 yesterday", "on 1 Dec 2020 at 03:00"]
    assert [words("en").at(day) for day in days] == said
    french = ["à {}", "demain à {}", "hier à {}", "le 1 déc. 2020 à {}"]
    assert [words("fr").at(day) for day in days] == [each.format(f"03{NBSP}h{NBSP}00") for each in french]


def test_a_day_of_another_year_has_its_year() -> None:
    today = datetime.now().astimezone()
    month, name = (9, "Sep") if today.month < 6 else (3, "Mar")
    this_year, long_ago = today.replace(month=month, day=15, hour=3, minute=0), datetime(2020, 2, 1, 3).astimezone()
    assert words("en").clock(this_year) == f"15 {name}, 03:00"
    assert words("en").at(this_year) == f"on 15 {name} at 03:00"
    assert words("en").clock(long_ago) == "1 Feb 2020, 03:00"
    assert words("fr").clock(long_ago) == f"1 févr. 2020, 03{NBSP}h{NBSP}00"


def test_french_writes_the_times_of_sentences_as_those_of_pages() -> None:
    waits = sentence("wait.hours_until", "outside of the download hours, until {time}", time="11:30")
    fails = sentence("site.failing", "{site} is failing; tried again at {time} UTC", site="11:30", time="11:30:05")
    assert words("fr").translated(waits).endswith(f"jusqu’à 11{NBSP}h{NBSP}30")
    assert words("fr").translated(fails).startswith("11:30 ")
    assert words("fr").translated(fails).endswith(f"à 11{NBSP}h{NBSP}30{NBSP}min{NBSP}05{NBSP}s UTC")


@pytest.mark.parametrize(("code", "short"), [("en", "ohdio is failing"), ("fr", "ohdio est en panne")])
def test_that_a_site_fails_is_said_without_the_time_of_elsewhere(code: str, short: str) -> None:
    fails = sentence("site.failing", "{site} is failing; tried again at {time} UTC", site="ohdio", time="11:30:05")
    waits = sentence("wait.description", "its description waits: {reason}", reason=fails)
    said = [words(code).wait(each.text, SentenceView.of(each)) for each in (fails, waits)]
    assert said == [short, words(code).translated(waits).replace(words(code).translated(fails), short)]
    assert not any("11" in each for each in said if each is not None)
    other = sentence("wait.all_paused", "all downloads are paused")
    assert words(code).wait(other.text, SentenceView.of(other)) == words(code).translated(other)
    assert words(code).wait(None, None) is None


def view(said: Sentence) -> SentenceView:
    return SentenceView(**said.as_json())


def test_a_sentence_begins_with_a_capital_and_a_host_with_none() -> None:
    named = sentence("test.host", "{host} answered", host="nas")
    assert capital(named.text, view(named)) == "nas answered"
    inner = sentence("test.outer", "{inner}!", inner=sentence("test.site", "{site} fails", site="librivox.org"))
    assert capital(inner.text, view(inner)) == "librivox.org fails!"
    other = sentence("test.other", "the site {site} fails", site="librivox.org")
    assert capital(other.text, view(other)) == "The site librivox.org fails"
    assert capital("it fails", None) == "It fails"


@pytest.mark.parametrize("code", ["en", "fr"])
def test_a_page_shows_no_marks_of_commands(code: str) -> None:
    said = sentence("link.no_web_link", "The link does not begin with `http://` or https://.")
    for shown in (words(code).translated(said), words(code).translated_text(said.text, view(said))):
        assert shown is not None
        assert "`" not in shown
        assert "http://" in shown


@pytest.mark.parametrize("code", ["en", "fr"])
def test_what_a_title_has_of_its_own_is_no_mark(code: str) -> None:
    said = about("The `Lamp` and the `Sea`", sentence("link.no_web_link", "Run `ohdio add`."))

    for shown in (words(code).translated(said), words(code).translated_text(said.text, view(said))):
        assert shown is not None
        assert shown.count("`") == 4
        assert "The `Lamp` and the `Sea`" in shown

    old = legacy("Run `ohdio retry`.")
    assert words(code).translated(old) == "Run ohdio retry."
    quoted = sentence("no.such", "{given!r} is no link: run `ohdio add`.", given="`a`\n`b`")
    assert words(code).translated(quoted) == "'`a`\\n`b`' is no link: run ohdio add."


@pytest.mark.parametrize("code", ["en", "fr"])
def test_a_site_that_fails_is_tried_again_in_the_time_of_here(code: str) -> None:
    until = datetime(2026, 3, 1, 21, 54, 59, tzinfo=UTC)
    values = {"site": "nas", "time": "21:54:59", "until": until.isoformat().replace("+00:00", "Z")}
    closed = sentence("site.failing", "{site} is failing; tried again at {time} UTC", **values)
    given_up = sentence("given_up", "Given up after {attempts} attempts. {error}", attempts=5, error=closed)
    for said in (closed, given_up):
        shown = words(code).translated(said)
        assert "UTC" not in shown
        assert words(code).at(until) in shown
        assert words(code).translated_text(said.text, view(said)) == shown
        assert words(code).at(until) not in (words(code).wait(said.text, view(said)) or "")


def test_a_site_that_fails_is_said_by_the_readers_clock_where_the_sentence_is_not_translated() -> None:
    until = datetime(2026, 3, 1, 21, 54, 59, tzinfo=UTC)
    values = {"site": "nas", "time": "21:54:59", "until": until.isoformat().replace("+00:00", "Z")}
    closed = sentence("site.failing", "{site} is failing; tried again at {time} UTC", **values)
    unknown = Sentence("of.a.later.version", f"Not now: {closed.text}", {"reason": closed})
    assert words("fr").translated(unknown) == f"Not now: nas is failing; tried again {words('en').at(until)}"
    assert words("fr").wait(unknown.text, view(unknown)) == "Not now: nas is failing"
