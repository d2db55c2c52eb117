"""Routes of verifying the library."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.paging import SearchText
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_api.verification.service import VerificationService
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.schemas.trash import ChangedBooks
from ohdio_core.schemas.verification import EveryFaulty, FaultyIds, VerificationOrder, VerifiedLibrary

router = APIRouter(prefix="/library/verification", tags=["library"])

Service = Annotated[VerificationService, Depends(given(VerificationService))]


@router.get("")
def read_verification(verifying: Service, q: SearchText = None) -> VerifiedLibrary:
    """Read how far the files of the library were compared with their checksums, and what is lost or damaged."""
    return verifying.read(q)


@router.post("", responses=problems(HTTPStatus.CONFLICT))
def begin_verification(verifying: Service, body: VerificationOrder) -> VerifiedLibrary:
    """Begin to compare every file of the library, or of some books, with the checksum that it was filed with.

    It takes its time, so that downloads do not suffer, and goes on where it was after a restart. Files whose tags
    people or players have changed are whole: their sound is what was filed.
    """
    return verifying.begin(body.q)


@router.delete("")
def stop_verification(verifying: Service) -> VerifiedLibrary:
    """Stop the verification that is under way, if any; what it has found stays."""
    return verifying.stop()


@router.post("/fetch")
def fetch_faulty(verifying: Service, body: FaultyIds | EveryFaulty, q: SearchText = None) -> ChangedBooks:
    """Fetch what is lost or damaged again: of these books, or of all; files that are whole are kept."""
    carried = verifying.fetch(body.ids if isinstance(body, FaultyIds) else None, q)
    views = [SentenceView(**problem.as_json()) for problem in carried.problems]
    return ChangedBooks(changed=carried.books, problems=views)
