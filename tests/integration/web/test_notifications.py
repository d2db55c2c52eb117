"""The page of who is told, without a script."""

from __future__ import annotations

from tests.fixtures.api import Api
from tests.fixtures.page import Page
from tests.integration.web.test_home import notices, send, visit

PAGE = "/settings/notifications"


def test_a_program_is_told_and_its_secret_shown_once(api: Api) -> None:
    assert "Nobody is told yet." in visit(api, PAGE).texts("main p")
    api.origin.answer("/hooks/secret")
    answer = send(api, PAGE, {"kind": "webhook", "address": f"{api.origin.url}/hooks/secret", "event": ["failed"]})
    (secret,) = Page(answer.text).texts("[data-copied]")
    assert secret.startswith("whsec_")
    again = visit(api, PAGE)
    assert again.all("[data-copied]") == []
    assert "hooks" not in again.one("main").text_content()
    (channel,) = api.get("/channels")["items"]
    assert channel["events"] == ["failed"]
    assert notices(send(api, f"{PAGE}/{channel['id']}/test")) == ["The test has arrived."]
    api.origin.answer("/hooks/secret", status=500)
    assert notices(send(api, f"{PAGE}/{channel['id']}/test")) == ["HTTP 500 was answered."]
    assert notices(send(api, f"{PAGE}/{channel['id']}/remove")) == ["Told no more."]
    assert notices(send(api, PAGE, {"kind": "plex", "address": "nas"}))[0].startswith("The address cannot be used")
