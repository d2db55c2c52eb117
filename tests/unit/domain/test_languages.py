from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.languages import language_tag


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("French", "fr"),
        ("fre", "fr"),
        ("FRA", "fr"),
        ("fr", "fr"),
        ("fr-CA", "fr-CA"),
        ("pt_BR", "pt-BR"),
        ("Ancient Greek", "grc"),
        ("  Old   English ", "ang"),
        ("Scottish Gaelic", "gd"),
        ("Multilingual", "mul"),
        ("zh-Hant", "zh-Hant"),
        ("CHI_hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("en-us and others", "en-US"),
        ("Klingon", None),
        ("", None),
        ("xx-YY", None),
    ],
)
def test_a_language_has_many_names_and_one_tag(name: str, tag: str | None) -> None:
    assert language_tag(name) == tag


@given(st.text())
def test_no_text_raises(name: str) -> None:
    language_tag(name)
