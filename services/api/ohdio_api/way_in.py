"""How people get into the pages from another machine: said beside the token, by whoever has it."""

from __future__ import annotations

import io
from typing import NamedTuple

import segno

from ohdio_api.first_visit import LINK_LASTS, first_code, new_link

#: Modules around the code (ISO/IEC 18004 asks for four; on a screen two are enough, and more phones see all of it).
_BORDER = 2


class WayIn(NamedTuple):
    """What opens the pages."""

    code: str  #: with which the first password is set
    link: str | None  #: signs one browser in; None where nobody has said what others reach us by

    @classmethod
    def of(cls, token: str, address: str | None) -> WayIn:
        """Return it for an installation.

        Args:
            address: By which other machines reach it, as far as that is known.
        """
        link = None if address is None else f"{address.rstrip('/')}/login/link?key={new_link(token)}"
        return cls(first_code(token), link)

    def drawn(self, width: int | None) -> list[str]:
        """Return the link as a QR code, which a phone reads from a terminal; nothing where there is no link.

        Two rows of the code are one line of half blocks, light on the dark ground that most terminals have; phones read
        it the other way round, too.

        Args:
            width: Of the terminal, in characters; None where there is none. Nothing is drawn where it would be cut.
        """
        if self.link is None or width is None:
            return []
        text = io.StringIO()
        code = segno.make_qr(self.link, error="l")
        code.terminal(text, border=_BORDER, compact=True)
        return text.getvalue().splitlines() if code.symbol_size(border=_BORDER)[0] <= width else []

    def lines(self) -> list[str]:
        """Return the sentences that tell a person of it."""
        lines = [f"Until somebody has set a password, pages ask for this code: {self.code[:3]} {self.code[3:]}."]
        if self.link is not None:
            lines.append(f"This link signs one browser in, once, within {LINK_LASTS // 60} minutes: {self.link}")
        return lines
