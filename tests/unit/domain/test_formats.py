from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from ohdio_core.domain.formats import AUDIO_FORMATS, PICTURE_FORMATS, FileFormat, audio_format, picture_format
from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS


@pytest.mark.parametrize("form", AUDIO_FORMATS, ids=lambda form: str(form.suffix))
def test_audio_that_is_filed_is_known_by_its_name_and_nothing_else_is_taken_for_it(form: FileFormat) -> None:
    assert audio_format(PurePosixPath(f"Le canot/01 - La mer{form.suffix}")) is form
    assert form.media_type.startswith("audio/")
    assert picture_format(PurePosixPath(f"cover{form.suffix}")) is None


@pytest.mark.parametrize("form", PICTURE_FORMATS, ids=lambda form: str(form.suffix))
def test_a_cover_is_known_by_its_name_and_is_no_audio(form: FileFormat) -> None:
    assert picture_format(PurePosixPath(f"cover{form.suffix}")) is form
    assert form.media_type.startswith("image/")
    assert audio_format(PurePosixPath(f"cover{form.suffix}")) is None


@pytest.mark.parametrize("name", ["01 - La mer.vtt", "01 - La mer.txt", "notes", ".ohdio.json", "mp3"])
def test_another_file_is_neither(name: str) -> None:
    assert audio_format(PurePosixPath(name)) is None
    assert picture_format(PurePosixPath(name)) is None


def test_what_is_filed_is_found_again_by_those_who_offer_it_on_a_page() -> None:
    assert {form.suffix for form in AUDIO_FORMATS} <= set(AUDIO_EXTENSIONS)
