"""The page of what can be collected."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.integration.web.test_home import visit

BROWSER = {"Accept": "text/html"}


def test_names_every_kind_with_an_example_that_can_be_previewed(api: Api) -> None:
    page = api.outside.get("/sources", headers=BROWSER).text
    for name in ("OHdio", "LibriVox", "Internet Archive", "Feeds", "Web pages"):
        assert name in page
    assert page.count("/add?url=") >= 5


def test_says_when_a_site_that_rests_is_asked_again(api: Api) -> None:
    api.engine.execute(
        "INSERT INTO hosts (politeness_key, closed_until, closed_reason) "
        "VALUES ('librivox', now() + interval '1 hour', 'its site asked for a pause')"
    )
    page = api.outside.get("/sources", headers=BROWSER).text
    assert "is asked again at" in page
    assert "its site asked for a pause" in page


def test_a_site_that_rests_is_no_problem_of_anybody(api: Api) -> None:
    api.engine.workers_of_all_services()
    api.engine.execute(
        "INSERT INTO hosts (politeness_key, closed_until, closed_reason) "
        "VALUES ('librivox', now() + interval '1 hour', 'its site asked for a pause')"
    )
    page = visit(api)
    assert (page.one(".bar .health").get("data-is"), page.texts(".bar .health")) == ("calm", ["1 site rests"])
    (said,) = page.texts(".banner p")
    assert said.startswith("librivox is asked again at ")


def test_shows_what_catalogues_have_and_which_did_not_answer(api: Api) -> None:
    page = api.outside.get("/sources", params={"q": "<b>phare</b>"}, headers=BROWSER).text
    assert "<b>phare" not in page
    assert "No catalogue has anything of these words." in page or 'class="catalogued"' in page


def test_is_in_french(api: Api) -> None:
    page = api.outside.get("/sources", headers=BROWSER | {"Accept-Language": "fr"}).text
    assert "Ce qu’on peut collecter" in page
