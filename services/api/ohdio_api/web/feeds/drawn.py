"""Addresses as pictures, which phones read from a screen."""

from __future__ import annotations

import segno
from markupsafe import Markup

#: Modules around the code: as many as ISO/IEC 18004 asks for, as a dark page may be around it.
_BORDER = 4


def drawn(address: str) -> Markup:
    """Return a QR code: dark on white whatever the theme, without a style, which pages may not have."""
    code = segno.make_qr(address, error="m")
    return Markup(  # noqa: S704 # numbers and names of ours alone
        code.svg_inline(border=_BORDER, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True)
    )
