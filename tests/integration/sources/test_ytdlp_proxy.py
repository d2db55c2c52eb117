"""The proxy through which yt-dlp asks, as any client sees it."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.ytdlp.proxy import GuardedProxy
from tests.integration.sources.origin import Origin


def test_says_of_each_answer_that_it_is_the_last_so_that_every_request_is_looked_at(origin: Origin) -> None:
    origin.answer("/story", b"Le phare")
    proxy = GuardedProxy(ClientSettings(host_overrides={"player.example": origin.url}))
    with proxy.running() as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", "http://player.example/story")
        answer = connection.getresponse()

        assert answer.will_close
        assert (answer.status, answer.read()) == (200, b"Le phare")

        connection.request("GET", f"{origin.url}/inside")
        assert connection.getresponse().status == 403
        connection.close()
    assert "not on the public Internet" in str(proxy.refusal)
    assert [seen.path for seen in origin.requests] == ["/story"]


def test_takes_what_is_sent_along(origin: Origin) -> None:
    origin.answer("/story", b"Le phare")
    with GuardedProxy(ClientSettings(host_overrides={"player.example": origin.url})).running() as url:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("POST", "http://player.example/story", b"chapter=2", {"Expect": "100-continue"})
        assert connection.getresponse().read() == b"Le phare"
        connection.close()
    assert [seen.body for seen in origin.requests] == [b"chapter=2"]
