"""``ohdio verify``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.bad_argument import BadArgument
from ohdio_client.cli.connection import connected
from ohdio_client.cli.no_match import no_book_has, none_faulty_has
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import books, print_error, print_json, print_line, size, terminal_width
from ohdio_client.cli.words import words
from ohdio_client.counted_books import books_in_sentence
from ohdio_client.language import in_one_language, sentence_of, translated, translated_text
from ohdio_client.sizes import size_in_sentence
from ohdio_core.sentences import sentence, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohdio_client.api.client import Client
    from ohdio_core.schemas.verification import FaultyBook, VerificationView, VerifiedLibrary

_FAULTY = 1  # exit code
_LOOKS_EVERY = 1.0  # seconds
_MOST_IDS = 10_000


def verify(
    sought: Annotated[
        list[str] | None, typer.Argument(metavar="WORDS", help="Only books with these words in title or author.")
    ] = None,
    *,
    is_fetched: Annotated[
        bool, typer.Option("--fetch", help="Verify nothing; fetch what was found lost or damaged again.")
    ] = False,
    is_stopped: Annotated[bool, typer.Option("--stop", help="Stop the verification that is under way.")] = False,
    is_shown: Annotated[
        bool, typer.Option("--status", help="Verify nothing; show how far the last one has come, and what it found.")
    ] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Compare every file of the library with its checksum, and name what is lost or damaged.

    It goes on when this command is ended. Files whose tags others have changed are not damaged.
    """
    if sum((is_fetched, is_stopped, is_shown)) > 1:
        raise BadArgument(sentence("verify.one_of", "Only one of --fetch, --stop and --status can be meant."))
    asked = words(" ".join(sought)) if sought else None
    with connected(api, data) as client:
        if is_fetched:
            _fetch(client, asked, as_json=as_json)
            return
        if is_stopped:
            found = client.verification.stop()
        elif is_shown:
            found = client.verification.read(asked)
        else:
            found = _verify(client, asked, is_quiet=as_json)
    if as_json:
        print_json(found)
    elif asked is not None and not is_shown and not is_stopped and _had_none(found):
        print_line(translated(no_book_has(asked)))
    else:
        _print(found)
    if found.faulty:
        raise SystemExit(_FAULTY)


def _verify(client: Client, asked: str | None, *, is_quiet: bool) -> VerifiedLibrary:
    """Begin, or go along with one that is under way, and return what it has found at its end."""
    found = client.verification.read(asked)
    if found.last is None or found.last.ended_at is not None:
        found = client.verification.begin(asked)
    shown = ""
    while found.last is not None and found.last.ended_at is None:
        if not is_quiet and (line := _progress(found.last)) != shown:
            shown = _show(line, shown)
        time.sleep(_LOOKS_EVERY)
        found = client.verification.read(asked)
    if shown and terminal_width(sys.stderr) is not None:
        sys.stderr.write("\r\x1b[K")
    return found


def _had_none(found: VerifiedLibrary) -> bool:
    return found.last is not None and found.last.ended_at is not None and not found.last.books_total


def _show(line: str, before: str) -> str:
    """Show how far it is: on a terminal in one line, else only what it waits for. Return what is shown."""
    if terminal_width(sys.stderr) is not None:
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
    elif not before:
        print_error(line)
    return line


def _progress(last: VerificationView) -> str:
    far = sentence(
        "verify.far",
        "Verifying: {done} of {books}, {size}.",
        done=last.books_done,
        books=books_in_sentence(last.books_total),
        size=size_in_sentence(last.bytes_done),
    )
    reason = sentence_of(last.wait_reason, last.wait_message)
    return in_one_language(far if reason is None else together(far, reason))


def _print(found: VerifiedLibrary) -> None:
    last = found.last
    if last is None:
        print_line("Nothing was ever verified.")
        return
    if last.ended_at is None:
        print_line(_progress(last))
    else:
        stopped = "" if last.is_complete else ", then it was stopped"
        edited = f" The tags of {last.edited} files were changed by others since." if last.edited else ""
        print_line(f"Verified: {books(last.books_done)}, {size(last.bytes_done)}{stopped}.{edited}")
    _print_faulty(found.items)
    if found.faulty:
        print_line(f"{books(found.faulty)} lost or damaged: `ohdio verify --fetch` fetches what is wrong again.")
    else:
        print_line("Nothing is lost or damaged, as far as is known.")


def _print_faulty(faulty: Sequence[FaultyBook]) -> None:
    for book in faulty:
        print_line(f"{book.title or book.url}  {book.library_path or ''}".rstrip())
        print_line(*(f"  {translated_text(file.reason, file.message)}" for file in book.files))


def _fetch(client: Client, asked: str | None, *, as_json: bool) -> None:
    found = client.verification.read(asked)
    ids = [book.id for book in found.items]
    changed, problems = 0, []
    if ids:
        answer = client.verification.fetch(ids[:_MOST_IDS])
        changed, problems = answer.changed, answer.problems
    if as_json:
        print_json({"items": found.items, "changed": changed, "problems": problems})
        return
    _print_faulty(found.items)
    if ids:
        print_line(f"{books(changed)} queued: what is lost or damaged is fetched again.")
    else:
        print_line("No book is faulty." if asked is None else translated(none_faulty_has(asked)))
    if found.faulty > len(ids):
        print_line("There are more: `ohdio verify --fetch` again fetches the next ones.")
