"""What stands in several places, as one must not know of another, is the same everywhere."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import get_args

from ohdio_client.cli import form
from ohdio_core.db.base import FORM_KNOWN
from ohdio_core.domain.book_form import BookForm, FormName, OneFileName
from ohdio_core.download_settings import DownloadSettings


def test_the_forms_that_a_book_may_be_filed_as() -> None:
    forms = tuple(BookForm)
    template = (files("ohdio_api.web") / "parts" / "form.html").read_text(encoding="utf-8")
    kinds, rates = re.findall(r'\("(\w+)", _\(', template), re.findall(r"for rate in \(([\d, ]+)\)", template)[0]
    assert get_args(FormName) == form._FORMS == forms
    assert get_args(OneFileName) == forms[1:]
    assert get_args(DownloadSettings.model_fields["book_form"].annotation) == forms
    assert re.findall(r"'([\w-]+)'", FORM_KNOWN) == list(forms)
    assert [*kinds, *(f"m4b-{rate}k" for rate in rates.split(", "))] == list(forms)
