"""The page of moving, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.api.test_portable import decided
from tests.integration.web.test_home import BROWSER, notices, visit


def test_a_file_is_saved_brought_in_and_said_what_was_done(api: Api) -> None:
    decided(api)
    (link,) = [each.get("href") for each in visit(api, "/settings/moving").all("main a[download]")]
    saved = api.outside.get(link)
    assert saved.headers["content-disposition"] == 'attachment; filename="ohdio.json"'
    api.empty()
    answer = api.outside.post("/settings/moving", files={"document": saved.content}, headers=BROWSER)
    assert Page(answer.text).texts("[aria-labelledby=report] li")[0] == "Follows 1 added, 0 known, 0 refused"
    had = {"document": b"archiveorg letters_brides_0709_librivox\nsoundcloud 1\n"}
    answer = api.outside.post("/settings/moving/had", files=had, headers=BROWSER)
    first, problem = Page(answer.text).texts("[aria-labelledby=report] li")
    assert first == "Books that you had 1 added, 0 known, 1 refused"
    assert problem.startswith("1 lines of soundcloud: no link follows")
    refused = api.outside.post("/settings/moving", files={"document": b"no"}, headers=BROWSER, follow_redirects=True)
    assert notices(refused) == ["This is no file that an ohdio of this version has made."]
