"""Forms that name a folder of this machine."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import ValidationError

from ohdio_api.problems import Refusal
from ohdio_api.web.forms import FormFields, Notice, refused
from ohdio_api.web.words import Words
from ohdio_core.schemas.folder_imports import FolderOrder


def order_folder(order: Callable[[FolderOrder], object], fields: FormFields, words: Words) -> list[Notice]:
    """Order something of the folder that a form names; return what there is to say: nothing, or why it was refused."""
    try:
        order(FolderOrder(path=fields("path"), is_moved=bool(fields("is_moved"))))
    except ValidationError:
        return [refused(words.gettext("Name a folder, from its root on: /library/Old books"))]
    except Refusal as refusal:
        return [refused(words.translated(refusal.sentence))]
    return []
