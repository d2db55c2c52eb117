"""``ohdio report``."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ohdio_client.cli.options import Data
from ohdio_client.cli.output import print_error, print_line
from ohdio_client.language import translated
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence


def report(
    url: Annotated[str, typer.Argument(metavar="URL", help="The link that cannot be read.")],
    *,
    data: Data = None,
) -> None:
    """Write what a site answers to a link to a file, without secrets, to be attached to a report of a problem."""
    from ohdio.choice import choose
    from ohdio.datadir import DataDirectory
    from ohdio.site_report import read_for_report, written
    from ohdio_core.composition.http import client_settings_of
    from ohdio_core.data_directory import default_data_directory
    from ohdio_core.errors import PermanentError
    from ohdio_core.logging import configure_logging
    from ohdio_core.sources.http.recording import RecordingFactory
    from ohdio_core.sources.registry import SourceRegistry

    configure_logging(level="error")
    settings = choose(DataDirectory(data or default_data_directory()).remembered_library()).settings
    try:
        source, target = SourceRegistry().identify(url)
    except PermanentError as error:
        _refuse(error.sentence)
    factory = RecordingFactory(client_settings_of(settings))
    try:
        found = read_for_report(source, target, factory)
    finally:
        factory.close()
    path = _write(source.name, written(found, factory))
    for step in found.steps:
        if "failed" in step:
            print_line(f"{step['what']}: {step['failed']}")
    print_line(
        "It can be read from here." if found.is_readable else "It cannot be read from here.",
        f"What the site answered is in {path}, without passwords, keys, cookies and names of this machine. "
        "Look through it before you attach it.",
    )


def _write(name: str, text: str) -> Path:
    """Return a new file in the current directory with the text."""
    for number in count(1):
        path = Path.cwd() / f"ohdio-report-{name}-{number}.json"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as error:
            _refuse(
                sentence(
                    "report.not_writable",
                    "{file} cannot be written: {reason}. Run the command in a folder of your own.",
                    file=str(path),
                    reason=reason_in_sentence(error),
                )
            )
        return path
    raise AssertionError("unreachable")


def _refuse(why: Sentence) -> NoReturn:
    print_error(translated(why))
    raise SystemExit(1)
