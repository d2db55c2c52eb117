"""A control of a form hides what has the same name on the form itself, and scripts ask forms for much."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

#: What htmx, scripts of ours and browsers ask of a form, or of what is in it.
ASKED = {"action", "closest", "elements", "enctype", "form", "matches", "method", "requestSubmit", "submit", "target"}


def test_no_control_is_called_as_something_that_scripts_ask_of_a_form() -> None:
    pages = Path(str(files("ohdio_api.web")))
    named = {
        f"{page.relative_to(pages)}: {name}"
        for page in pages.rglob("*.html")
        for name in re.findall(r"<(?:input|button|select|textarea)\b[^>]*\bname=\"(\w+)\"", page.read_text())
        if name in ASKED
    }
    assert named == set()
    assert any("name=" in page.read_text() for page in pages.rglob("*.html"))
