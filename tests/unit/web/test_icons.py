"""The icons that pages draw are those that are sent."""

from __future__ import annotations

import re
from pathlib import Path

import ohdio_api.web

WEB = Path(ohdio_api.web.__file__).parent


def test_every_icon_that_is_sent_is_drawn_somewhere() -> None:
    sent = set(re.findall(r'id="icon-([a-z0-9-]+)"', (WEB / "vendor" / "lucide.svg").read_text(encoding="utf-8")))
    sources = [path.read_text(encoding="utf-8") for ending in ("*.html", "*.py") for path in WEB.rglob(ending)]
    named = {name for source in sources for name in re.findall(r'"([a-z0-9-]+)"', source)}
    drawn = {name for source in sources for name in re.findall(r'icon\.draw\("([a-z0-9-]+)"', source)}
    assert sent <= named
    assert drawn <= sent
