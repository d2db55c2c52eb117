"""Something is away: the page stays, says so, and is whole again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from playwright.sync_api import Page, expect

from devservers.ports import free_ports
from tests.browser.tcp_proxy import TcpProxy
from tests.fixtures.api import Api, serve
from tests.fixtures.browser import Visitors, is_told
from tests.fixtures.nginx import Nginx
from tests.fixtures.workers import wait_until

# FastAPI hides this warning while it makes what a route needs, at its first request; of two apps that do so
# at once in one process, as here alone, one ends the hiding of the other.
pytestmark = pytest.mark.filterwarnings("ignore::pydantic.warnings.UnsupportedFieldAttributeWarning")

_AWAY = "The database does not answer"


@pytest.fixture
def cable(api: Api) -> Iterator[TcpProxy]:
    """The way to the database of the test."""
    cable = TcpProxy(urlsplit(api.engine.url).port or 5432)
    yield cable
    cable.end()


@pytest.fixture
def beyond(cable: TcpProxy, api: Api, tmp_path: Path) -> Iterator[Api]:
    """A gateway whose database is at the other end of it."""
    whole, cut = urlsplit(api.engine.url), urlsplit(cable.url)
    user = whole.netloc.rpartition("@")[0]
    with serve(urlunsplit(whole._replace(netloc=f"{user}@{cut.netloc}" if user else cut.netloc)), tmp_path) as gateway:
        yield gateway


def visit(visitors: Visitors, url: str) -> Page:
    page = visitors.page(url)
    page.goto("/")
    is_told(page)
    page.evaluate("document.body.marked = true")
    return page


def see_the_database_go_and_come(beyond: Api, visitors: Visitors, api: Api, cable: TcpProxy, seconds: float) -> None:
    one, two = api.engine.titled("One", "Two")
    visitors.expect("503")
    page = visit(visitors, beyond.url)
    expect(page.locator(f"#item-{one}")).to_be_visible()
    cable.cut()
    expect(page.locator(".banner")).to_contain_text(_AWAY)
    expect(page.locator(f"#item-{two}")).to_be_visible()
    api.http.post(f"/queue/items/{one}/pause").raise_for_status()
    page.wait_for_timeout(1000 * seconds)
    expect(page.locator(".banner")).to_contain_text(_AWAY)
    cable.mend()
    expect(page.locator(f"#item-{one}")).to_have_attribute("data-state", "paused")
    expect(page.locator(".banner", has_text=_AWAY)).to_have_count(0)
    page.locator(f"#item-{two} .act button").click()
    expect(page.locator(f"#item-{two}")).to_have_attribute("data-state", "paused")
    assert page.evaluate("document.body.marked")


# The gateways are named first: they end after those who visit them have left.
@pytest.mark.rows(6)
def test_the_database(beyond: Api, visitors: Visitors, api: Api, cable: TcpProxy) -> None:
    see_the_database_go_and_come(beyond, visitors, api, cable, 0)


@pytest.mark.full
def test_the_database_for_twenty_seconds(beyond: Api, visitors: Visitors, api: Api, cable: TcpProxy) -> None:
    see_the_database_go_and_come(beyond, visitors, api, cable, 20)


class Gateways:
    """Two gateways behind one nginx, each of which can be ended and begun again where it was."""

    def __init__(self, database_url: str, directory: Path, running: ExitStack) -> None:
        self._url = database_url
        self._directory = directory
        self._running = running
        self._ports = free_ports(2)
        self._begun = 0
        self.both = [self._begin(port) for port in self._ports]
        nginx = Nginx(directory / "nginx")
        servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in self._ports)
        nginx.serve(
            "location / { proxy_pass http://gateways; proxy_http_version 1.1; proxy_set_header Host $http_host; }",
            upstream=f"upstream gateways {{ least_conn; {servers} }}",
        )
        self.url = running.enter_context(nginx.running()).url

    def _begin(self, port: int) -> Api:
        self._begun += 1
        directory = self._directory / f"gateway-{self._begun}"
        directory.mkdir()
        return self._running.enter_context(serve(self._url, directory, PORT=str(port)))

    def begin_again(self, place: int) -> None:
        """Begin the one that was ended, where it was."""
        self.both[place] = self._begin(self._ports[place])


@pytest.fixture
def gateways(api: Api, tmp_path: Path) -> Iterator[Gateways]:
    """Two gateways of the database of the test."""
    with ExitStack() as running:
        yield Gateways(api.engine.url, tmp_path, running)


def test_one_of_two_gateways(gateways: Gateways, visitors: Visitors, api: Api) -> None:
    one, two = api.engine.titled("One", "Two")
    visitors.expect("net::ERR_|502")
    page = visit(visitors, gateways.url)
    wait_until(lambda: sum(gateway.watchers() for gateway in gateways.both) == 1, 10, "one of them tells the page")
    place = 0 if gateways.both[0].watchers() else 1
    gateways.both[place].stop()
    wait_until(lambda: gateways.both[1 - place].watchers() == 1, 10, "the other tells the page")
    page.locator(f"#item-{one} .act button").click()
    expect(page.locator(f"#item-{one}")).to_have_attribute("data-state", "paused")

    gateways.begin_again(place)
    others = [visit(visitors, gateways.url) for _ in range(2)]
    wait_until(lambda: all(gateway.watchers() for gateway in gateways.both), 10, "both of them tell somebody")
    page.locator(f"#item-{two} .act button").click()
    for each in (page, *others):
        expect(each.locator(f"#item-{two}")).to_have_attribute("data-state", "paused")
    assert page.evaluate("document.body.marked")
