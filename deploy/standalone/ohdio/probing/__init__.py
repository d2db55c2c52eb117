"""Finding out what a link leads to, and what sound is there, from its first bytes."""

from __future__ import annotations

from ohdio.probing.link import Findings, probe
from ohdio.probing.medium import Medium

__all__ = ["Findings", "Medium", "probe"]
