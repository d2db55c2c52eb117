"""How people get into the pages from another machine: said beside the token, by whoever has it."""

from __future__ import annotations

from typing import NamedTuple

from ohdio_api.first_visit import LINK_LASTS, first_code, new_link


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

    def lines(self) -> list[str]:
        """Return the sentences that tell a person of it."""
        lines = [f"Until somebody has set a password, pages ask for this code: {self.code[:3]} {self.code[3:]}."]
        if self.link is not None:
            lines.append(f"This link signs one browser in, once, within {LINK_LASTS // 60} minutes: {self.link}")
        return lines
