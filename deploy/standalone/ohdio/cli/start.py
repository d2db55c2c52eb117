"""What a start is asked for, judged before anything is started."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ohdio.unknown_variables import OF_THE_COMMAND, unknown_variables
from ohdio_client.cli.hints import hint_for
from ohdio_client.cli.output import print_error
from ohdio_client.errors import BadInput
from ohdio_client.language import translated
from ohdio_core.sentences import sentence, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ohdio.choice import Choice
    from ohdio.datadir import DataDirectory
    from ohdio_client.cli.wishes import Wanted
    from ohdio_core.sentences import Sentence


def judge_start(
    urls: Sequence[str], wanted: Wanted | None, directory: DataDirectory, **options: object | None
) -> Choice:
    """Read the settings of a start, and make sure that every link can be collected as it is wanted.

    Variables that look like settings and are none are named on standard error. On a terminal it is said that the start
    goes on, as its next second or two are silent.

    Args:
        options: As ``ohdio.choice.choose`` takes them.

    Raises:
        BadInput: A line for each setting that is wrong and each link that cannot be collected.
    """
    from ohdio.choice import choose
    from ohdio_core.settings import InvalidSettings

    problems: list[Sentence] = []
    choice = None
    try:
        choice = choose(directory.remembered_library(), directory.path, **options)
    except InvalidSettings as error:
        problems += error.sentences
    refusals = list(_refusals(urls, wanted, choice))
    if refusals and len(refusals) < len(urls):
        refusals.append(
            sentence(
                "start.other_links", "Nothing was started for the other links either: mend these, or leave them out."
            )
        )
    problems += refusals
    if choice is None or problems:
        raise BadInput(*problems)
    print_error(*map(translated, unknown_to(choice)))
    if sys.stderr.isatty():
        print_error("Starting …")
    return choice


def unknown_to(choice: Choice) -> Iterator[Sentence]:
    """Yield a sentence for each variable that is set, looks like a setting, and is none."""
    names = (str(field.alias) for field in type(choice.settings).model_fields.values())
    return unknown_variables(os.environ, {*names, *OF_THE_COMMAND})


def _refusals(urls: Sequence[str], wanted: Wanted | None, choice: Choice | None) -> Iterator[Sentence]:
    from ohdio_api.submissions.recognition import WantedAs, recognise
    from ohdio_client.api.errors import refusal_of
    from ohdio_core.composition.http import client_settings_of
    from ohdio_core.domain.shown_link import shown_link
    from ohdio_core.errors import PermanentError
    from ohdio_core.sources.registry import SourceRegistry, offered

    if choice is None:
        registry = SourceRegistry()
    else:
        http = choice.settings
        registry = SourceRegistry(offered(client_settings_of(http), with_ytdlp=http.with_ytdlp))
    wanted_as = WantedAs.BOOKS if wanted is None else WantedAs(wanted.wanted_as)
    for url in urls:
        try:
            recognise(registry, url, wanted_as)
        except PermanentError as error:
            refusal = refusal_of(shown_link(url) or repr(url), error.sentence)
            hint = hint_for(url, is_running=False)
            yield refusal if hint is None else together(refusal, hint)
