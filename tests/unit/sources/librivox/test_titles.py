"""Titles with the articles that the catalogue leaves out."""

from __future__ import annotations

import pytest

from ohdio_core.sources.librivox.titles import with_article, without_article


@pytest.mark.parametrize(
    ("title", "slug", "whole"),
    [
        ("Count of the Fog", "the-count-of-the-fog-by-ada-lune", "The Count of the Fog"),
        ("Marées d'été", "les-marees-dete-by-ana-roy", "Les Marées d'été"),
        ("Fog, The", "the-fog-by-ada-lune", "The Fog"),
        ("Fog, The (Version 2)", "the-fog-version-2-by-ada-lune", "The Fog (Version 2)"),
        ("The Fog", "the-fog-by-ada-lune", "The Fog"),
        ("Fog", "the-foghorn-by-ada-lune", "Fog"),
        ("Theory of Fog", "theory-of-fog-by-ada-lune", "Theory of Fog"),
        ("雾", "the-fog-by-ada-lune", "雾"),
        ("Fog", "", "Fog"),
    ],
)
def test_the_address_of_a_book_has_its_article(title: str, slug: str, whole: str) -> None:
    assert with_article(title, slug) == whole


def test_the_catalogue_is_asked_without_it() -> None:
    assert without_article("The Fog") == "Fog"
    assert without_article("Theory of Fog") == "Theory of Fog"
