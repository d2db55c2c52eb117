"""The routes of folders of books that people had."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ohdio_client.api.transport import Transport
from ohdio_core.schemas.folder_imports import FolderImports
from ohdio_core.schemas.queue import Concerned

_PATH = "library/imports"


class ImportRoutes:
    """The folder that one API takes in."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def read(self) -> FolderImports:
        """Return what was found in the last folder."""
        return self._transport.read(FolderImports, _PATH)

    def begin(self, path: str, *, is_moved: bool) -> FolderImports:
        """Order a folder to be read.

        Raises:
            ItemRefused: Another one is being read, or taken in.
        """
        return self._transport.order(FolderImports, "POST", _PATH, {"path": path, "is_moved": is_moved})

    def take(self, which: Sequence[int] | Literal["known", "new"]) -> int:
        """Order found books to be taken; return how many."""
        body = {"all": which} if isinstance(which, str) else {"ids": list(which)}
        return self._transport.order(Concerned, "POST", f"{_PATH}/take", body).changed
