"""What makes the pages an app of a phone: a manifest, icons, and links that other apps share."""

from __future__ import annotations

import io
import re

import httpx
import pytest
from PIL import Image

from tests.fixtures.api import Api
from tests.fixtures.fronts import PATH, Fronts
from tests.fixtures.page import Page

BROWSER = {"Accept": "text/html", "Accept-Language": "en-CA,en;q=0.9"}


def linked(page: str, kind: str) -> str:
    (address,) = re.findall(rf'<link rel="{kind}"[^>]* ?href="([^"]+)"', page)
    return str(address)


def test_the_manifest_names_the_first_page_and_every_icon_has_its_size(api: Api) -> None:
    page = api.outside.get("/login", headers=BROWSER).text
    answer = api.outside.get(linked(page, "manifest"))
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest, here = answer.json(), httpx.URL(api.url).join(linked(page, "manifest"))
    assert (manifest["display"], here.join(manifest["start_url"]).path, here.join(manifest["scope"]).path) == (
        "standalone",
        "/",
        "/",
    )
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        sent = api.outside.get(str(here.join(icon["src"])))
        assert sent.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            assert "{}x{}".format(*Image.open(io.BytesIO(sent.content)).size) == icon["sizes"]
    touched = api.outside.get(linked(page, "apple-touch-icon")).content
    assert Image.open(io.BytesIO(touched)).size == (180, 180)


@pytest.mark.parametrize("front", ["taking", "leaving"])
def test_below_a_path_it_starts_there(fronts: Fronts, front: str) -> None:
    page = httpx.get(f"{fronts.named(front)}/login", headers=BROWSER, trust_env=False, timeout=60).text
    here = httpx.URL(fronts.named(front)).join(linked(page, "manifest"))
    manifest = httpx.get(here, trust_env=False, timeout=60).json()
    assert here.join(manifest["start_url"]).path == f"{PATH}/"
    assert here.join(manifest["share_target"]["action"]).path == f"{PATH}/add"


@pytest.mark.parametrize(
    "query",
    [
        "url=https%3A%2F%2Flibrivox.org%2Fthe-lamp%2F",
        "shared=https%3A%2F%2Flibrivox.org%2Fthe-lamp%2F",
        "url=&shared=The%20Lamp%20on%20LibriVox%0Ahttps%3A%2F%2Flibrivox.org%2Fthe-lamp%2F%20for%20you",
    ],
)
def test_what_another_app_shares_is_looked_at_first(api: Api, query: str) -> None:
    page = Page(api.outside.get(f"/add?{query}", headers=BROWSER).text)
    assert page.one("main input[name=url]").get("value") == "https://librivox.org/the-lamp/"
    assert api.get("/queue")["items"] == []


@pytest.mark.parametrize(
    ("theme", "colours"), [("auto", ["#faf8f3", "#14120e"]), ("light", ["#faf8f3"]), ("dark", ["#14120e"])]
)
def test_the_bars_of_a_phone_have_the_colour_of_the_page(api: Api, theme: str, colours: list[str]) -> None:
    page = Page(api.outside.get("/", headers={**BROWSER, "Cookie": f"theme={theme}"}).text)
    assert [each.get("content") for each in page.all("meta[name=theme-color]")] == colours
