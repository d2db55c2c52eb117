"""Which packaging makes the files of a book."""

from __future__ import annotations

from collections.abc import Callable

from ohdio_core.current import Current
from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.domain.book_form import BookForm
from ohdio_downloader.one_file import OneFile
from ohdio_downloader.packaging import FilePerPart, Packaging
from ohdio_downloader.workdir import WorkDir


def packaging_for(
    form: BookForm,
    book: BookDetails,
    work_dir: WorkDir,
    *,
    name_bytes: int,
    check: Callable[[], None],
    keep_free: int | Current[int],
) -> Packaging:
    """Return what makes the files of a book in a form.

    Args:
        form: That is wanted; the sound of the parts decides whether it can be had (``decide_form``).
        book: Whose parts they are.
        work_dir: Entered.
        name_bytes: What the names of files may have, in the work directory and in the library.
        check: Called often; what it raises ends the work.
        keep_free: Bytes that must stay free on the disk while there are two of a file.
    """
    parts = FilePerPart(book, work_dir, name_bytes=name_bytes, check=check, keep_free=keep_free)
    if form is BookForm.ORIGINAL:
        return parts
    return OneFile(book, work_dir, parts, wanted=form, name_bytes=name_bytes, check=check, keep_free=keep_free)
