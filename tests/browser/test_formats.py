"""Sizes and times that the script of the pages writes are those that the server writes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from ohdio_api.web.words import words
from tests.fixtures.api import Api
from tests.fixtures.browser import Visitors

SIZES = [
    *(0, 1, 2.5, 999, 999.4, 999.5, 1000, 1499, 1500, 2500, 999_499, 999_500, 1e6, 1_150_000, 1_250_000, 1_350_000),
    *(9_940_000, 9_949_999, 9_950_000, 10e6, 12.5e6, 13.5e6, 999.4e6, 999.5e6, 4.25e9, 1e12, 999.5e12, 1e15, 1.2345e18),
]
SECONDS = [
    *(0, 0.4, 0.5, 1.5, 2.5, 28, 59, 59.4, 59.5, 60, 89, 90, 149, 150, 151, 210, 3569, 3570, 3599, 3600, 5400, 5430),
    *(6480, 35_999, 172_769, 172_770, 172_800, 216_000, 302_400, 864_000, 86_400_000, 1e9, -3),
]


@pytest.mark.parametrize("code", ["en", "fr"])
def test_are_the_same_in_both(visitors: Visitors, api: Api, code: str) -> None:
    page: Page = visitors.page(api.url, locale=f"{code}-CA")
    page.goto("/")
    sizes, durations, lengths = page.evaluate(
        """async ([sizes, seconds]) => {
            const scripts = document.querySelector("script[src$='/scripts.js']").src;
            const { size, duration, length } = await import(scripts.replace("scripts.js", "shell/format.js"));
            return [sizes.map(size), seconds.map(duration), seconds.map(length)];
        }""",
        [SIZES, SECONDS],
    )
    said = words(code)
    assert dict(zip(SIZES, sizes, strict=True)) == {size: said.size(size) for size in SIZES}
    assert dict(zip(SECONDS, durations, strict=True)) == {seconds: said.duration(seconds) for seconds in SECONDS}
    assert dict(zip(SECONDS, lengths, strict=True)) == {seconds: said.length(seconds) for seconds in SECONDS}
