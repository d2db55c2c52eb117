"""Routes of folders of books that people had."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ohdio_api.folder_imports.service import FolderImportService
from ohdio_api.problems import problems
from ohdio_api.provide import given
from ohdio_core.schemas.folder_imports import EveryFound, FolderImports, FolderOrder, FoundIds
from ohdio_core.schemas.queue import Concerned

router = APIRouter(prefix="/library/imports", tags=["library"])

Service = Annotated[FolderImportService, Depends(given(FolderImportService))]


@router.get("")
def read_folder_import(imports: Service) -> FolderImports:
    """Read what was found in the folder that was named last, and what became of it."""
    return imports.read()


@router.post("", responses=problems(HTTPStatus.CONFLICT))
def begin_folder_import(imports: Service, body: FolderOrder) -> FolderImports:
    """Read a folder of the downloader's disk: which books are in it, and which are known. Nothing is taken yet."""
    return imports.begin(body.path, is_moved=body.is_moved)


@router.post("/take")
def take_found_books(imports: Service, body: FoundIds | EveryFound) -> Concerned:
    """Take found books into the library: for the known books that they are, so that these are not fetched, or as new.

    Each appears whole or not at all; nothing that lies there is replaced, and what is not moved stays where it is.
    """
    if isinstance(body, FoundIds):
        return Concerned(changed=imports.take(body.ids))
    return Concerned(changed=imports.take(None, with_new=body.all == "new"))


@router.delete("")
def end_folder_import(imports: Service) -> FolderImports:
    """End the import, if there is one; what was taken stays."""
    return imports.end()
