"""Private addresses of what is stored, written down in the transaction that stores it."""

from __future__ import annotations

from collections.abc import Iterable

from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails, BookRef
from ohdio_core.domain.private_address import SecretAddress, parse_reference

_KEEP = NamedSql(__name__).statement("keep")


def keep_addresses(work: UnitOfWork, *things: BookRef | BookDetails | str | None) -> None:
    """Keep the secret addresses among these, encrypted; what has none costs nothing."""
    found = {str(address): address for address in _secret_addresses(things)}
    if found:
        names = [_row_of(reference) for reference in found]
        rows = {
            "follows": [follow for follow, _ in names],
            "names": [name for _, name in names],
            "sealed": [address.sealed() for address in found.values()],
        }
        work.execute(_KEEP, rows)


def _row_of(reference: str) -> tuple[int, str]:
    """Return the key of an address in its table: its name has what tells it from what it was before."""
    return parse_reference(reference).follow, reference.partition("/")[2]


def _secret_addresses(things: Iterable[BookRef | BookDetails | str | None]) -> Iterable[SecretAddress]:
    for thing in things:
        if isinstance(thing, SecretAddress):
            yield thing
        elif isinstance(thing, BookRef):
            yield from _secret_addresses((thing.cover_url, thing.details))
        elif isinstance(thing, BookDetails):
            addresses = [thing.cover_url]
            for part in thing.parts:
                addresses += [part.url, part.chapters_url, part.transcript_url]
            yield from _secret_addresses(addresses)
