"""``ohdio library --trash``: books that were deleted within seven days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ohdio_client.cli.clock import day_here
from ohdio_client.cli.confirmation import confirm
from ohdio_client.cli.no_match import none_in_trash_has
from ohdio_client.cli.output import books, print_json, print_line, size
from ohdio_client.cli.table import print_table
from ohdio_client.counted_books import books_in_sentence
from ohdio_client.language import translated, translated_text
from ohdio_core.domain.text_folding import fold_text
from ohdio_core.sentences import sentence

if TYPE_CHECKING:
    from ohdio_client.api.client import Client
    from ohdio_core.schemas.trash import ReplacedFormView, TrashedBookView

_WHAT_CAN_BE_DONE = "`ohdio library --restore WORDS` puts books back, `--empty WORDS` deletes them for good."


def list_trash(client: Client, asked: str | None, most: int | None, *, as_json: bool) -> None:
    """Print what is in the trash, the last one first."""
    every, forms = _find(client, asked), _find_forms(client, asked)
    if as_json:
        print_json({"items": every[:most], "replaced": forms[:most]})
        return
    if asked is not None and not (every or forms):
        print_line(_nothing(asked))
        return
    _print_forms(forms[:most])
    _print(every[:most])
    print_line(f"{books(len(every))} in the trash, {size(_bytes(every))}.")
    if every or forms:
        print_line(_WHAT_CAN_BE_DONE)


def restore_trash(client: Client, asked: str | None, *, as_json: bool) -> None:
    """Put books back, and the files that converted books had: those with these words, or all."""
    found, forms = _find(client, asked), _find_forms(client, asked)
    changed = client.books.settle_trash("restore", [book.id for book in found]) if found else 0
    changed += sum(client.books.restore_form(form.id) for form in forms)
    if as_json:
        print_json({"items": found, "replaced": forms, "changed": changed})
    else:
        print_line(f"{books(changed)} put back." if found or forms else _nothing(asked))


def empty_trash(client: Client, asked: str | None, *, is_meant: bool, as_json: bool) -> None:
    """Delete books for good, once a person has confirmed it: those with these words, or all."""
    found, forms = _find(client, asked), _find_forms(client, asked)
    if (found or forms) and not is_meant:
        count, total = len(found) + len(forms), size(_bytes(found) + sum(form.file_size for form in forms))
        confirm(
            f"Delete {books(count)}, {total} for good?",
            [*(f"  {book.title or book.url}" for book in found), *(f"  {form.title or form.url}" for form in forms)],
            nothing=sentence("trash.nothing_deleted", "Nothing was deleted."),
            unasked=sentence(
                "trash.unasked",
                "Nothing was deleted, as nobody can be asked here: --yes deletes {books}, {size}, for good.",
                books=books_in_sentence(count),
                size=total,
            ),
            as_json=as_json,
        )
    changed = client.books.settle_trash("empty", [book.id for book in found]) if found else 0
    for form in forms:
        client.books.drop_form(form.id)
    if as_json:
        print_json({"items": found, "replaced": forms, "changed": changed + len(forms)})
    else:
        print_line(f"{books(changed + len(forms))} deleted for good." if found or forms else _nothing(asked))


def _find(client: Client, asked: str | None) -> list[TrashedBookView]:
    every = [book for page in client.books.trash() for book in page.items]
    words = fold_text(asked or "").split()
    return [book for book in every if all(word in _sought_in(book) for word in words)]


def _find_forms(client: Client, asked: str | None) -> list[ReplacedFormView]:
    words = fold_text(asked or "").split()
    return [form for form in client.books.replaced_forms() if all(word in _sought_in(form) for word in words)]


def _print_forms(found: list[ReplacedFormView]) -> None:
    if found:
        rows = (
            (
                form.title or form.url,
                ", ".join(form.authors),
                size(form.file_size),
                day_here(form.kept_until),
                f"converted: {form.files} × {form.format}",
            )
            for form in found
        )
        print_table(("title", "author", "size", "kept until", "why"), rows)


def _sought_in(book: TrashedBookView | ReplacedFormView) -> str:
    return fold_text(" ".join([book.title or book.url, *book.authors]))


def _print(found: list[TrashedBookView]) -> None:
    if found:
        rows = (
            (
                book.title or book.url,
                ", ".join(book.authors),
                size(book.file_size),
                day_here(book.kept_until),
                translated_text(book.reason, book.reason_message) or "deleted",
            )
            for book in found
        )
        print_table(("title", "author", "size", "kept until", "why"), rows)


def _bytes(found: list[TrashedBookView]) -> int:
    return sum(book.file_size for book in found)


def _nothing(asked: str | None) -> str:
    return "The trash is empty." if asked is None else translated(none_in_trash_has(asked))
