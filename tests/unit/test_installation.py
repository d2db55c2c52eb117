"""How an installation is updated."""

from __future__ import annotations

from pathlib import Path

import pytest

from ohdio_core.installation import NOTE, how_to_update

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("noted", "said"),
    [("container\n", "docker compose up -d"), ("make install\n", "`git pull` and `make install`")],
)
def test_is_told_by_what_made_it(tmp_path: Path, noted: str, said: str) -> None:
    (tmp_path / NOTE).write_text(noted)
    assert said in how_to_update(tmp_path).text


@pytest.mark.parametrize("noted", [None, "somebody else\n"])
def test_of_a_checkout_names_its_folder(tmp_path: Path, noted: str | None) -> None:
    if noted is not None:
        (tmp_path / NOTE).write_text(noted)
    assert how_to_update(tmp_path).text == f"To update: `git pull` and `make setup` in {ROOT}."
