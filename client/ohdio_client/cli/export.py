"""``ohdio export`` and ``ohdio import``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ohdio_client.cli.connection import connected
from ohdio_client.cli.import_folder import import_folder
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_error, print_json, print_line
from ohdio_client.cli.whole_number import whole_number
from ohdio_client.errors import BadInput
from ohdio_client.language import translated, translated_text
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import about, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ohdio_core.schemas.portable import RefusedEntry, TakenIn

_STANDARD = "-"


def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where to write it (default: -, the output).")] = "-",
    *,
    api: Api = None,
    data: Data = None,
) -> None:
    """Write what people have decided as JSON: follows, what is unwanted, positions, settings; no books, no secrets."""
    with connected(api, data) as client:
        given = client.portable.give()
        text = given.model_dump_json(indent=2) + "\n"
        if file == _STANDARD:
            sys.stdout.write(text)
        else:
            _write(Path(file), text)
            counted = (
                f"{len(given.follows)} follows, {len(given.unwanted)} unwanted books, {len(given.positions)} positions"
            )
            print_line(f"{file}: {counted}, {len(given.settings)} settings.")
    if given.left_out:
        said = sentence(
            "export.left_out",
            "{count} follows are left out, as they are private: their links are secrets.",
            count=given.left_out,
        )
        print_error(translated(said))


def import_(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE|DIR",
            help="What `ohdio export` wrote, - for input; or a folder of books that you had, where ohdio runs.",
        ),
    ],
    *,
    had: Annotated[
        bool,
        typer.Option(
            "--had", help="It is yt-dlp's --download-archive file, or has a link on each line: count those as had."
        ),
    ] = False,
    is_moved: Annotated[
        bool, typer.Option("--move", help="Of a folder: move what is taken, rather than copy it.")
    ] = False,
    taken: Annotated[
        list[int] | None,
        typer.Option(
            "--take",
            metavar="NUMBER",
            parser=whole_number,
            help="Of the folder that was read last: take this unsure book.",
        ),
    ] = None,
    is_meant: Annotated[
        bool, typer.Option("--yes", help="Of a folder: take all that is sure, without asking.")
    ] = False,
    api: Api = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take in what `ohdio export` wrote; what was had before, which is left out from now on; or a folder of books.

    Of a folder, first what is in it is shown: nothing is taken before that is confirmed.
    """
    with connected(api, data) as client:
        if (folder := _folder(file)) is not None:
            import_folder(client, folder, is_moved=is_moved, chosen=taken or (), is_meant=is_meant, as_json=as_json)
            return
        text = _read(file)
        if had:
            had_report = client.portable.take_had(text)
            if as_json:
                print_json(had_report)
            else:
                _print((("had", had_report.books),), had_report.problems)
            return
        report = client.portable.take(_document(file, text))
    if as_json:
        print_json(report)
        return
    counts = (
        ("follows", report.follows),
        ("unwanted", report.unwanted),
        ("positions", report.positions),
        ("settings", report.settings),
    )
    _print(counts, report.problems)


def _folder(name: str) -> str | None:
    """Return the path of a folder, here or where ohdio runs; None for what is a file."""
    path = Path(name)
    if path.is_dir():
        return str(path.absolute())
    return name if path.is_absolute() and not path.exists() and not path.suffix else None


def _print(counts: Sequence[tuple[str, TakenIn]], problems: Sequence[RefusedEntry]) -> None:
    for kind, taken in counts:
        print_line(f"{kind}: {taken.added} added, {taken.known} known, {taken.refused} refused.")
    for problem in problems:
        print_error(translated_text(problem.detail, problem.message))


def _document(file: str, text: str) -> dict[str, object]:
    """Return the JSON object of a file.

    Raises:
        BadInput: It is none.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != "ohdio-export":
        raise BadInput(about(file, sentence("import.no_export", "this is nothing that `ohdio export` has written.")))
    return document


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == _STANDARD else Path(file).read_bytes()
    except OSError as error:
        raise _unusable(file, error) from None
    return data.decode("utf-8-sig", errors="replace")


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; only its user may read it, as it tells what somebody hears."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)
    except OSError as error:
        raise _unusable(str(path), error) from None


def _unusable(file: str, error: OSError) -> BadInput:
    return BadInput(
        about(file, sentence("export.file", "it cannot be used: {reason}.", reason=reason_in_sentence(error)))
    )
