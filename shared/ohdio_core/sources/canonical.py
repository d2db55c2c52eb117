"""Links as sources meet them, in pages, feeds and what people paste; otherwise as ``domain.identity`` has it.

The domain knows hosts in ASCII alone, as it imports nothing but the standard library; here they are made so first.
"""

from __future__ import annotations

from ohdio_core.domain import identity
from ohdio_core.hosts import with_ascii_host
from ohdio_core.sentences import Sentence


def canonical_url(url: str) -> str:
    """Return the one form of a link; see ``identity.canonical_url``."""
    return identity.canonical_url(with_ascii_host(url))


def refuse_reason(url: str) -> Sentence | None:
    """Return a sentence why a text is not a link that anybody could follow; None when it is one."""
    return identity.refuse_reason(with_ascii_host(url))
