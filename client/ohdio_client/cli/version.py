"""What ``ohdio --version`` says: of this command, of the ohdio that it would talk to, and how both are updated."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version

from ohdio_client.cli.connection import connection_at_hand
from ohdio_client.errors import CommandError
from ohdio_client.language import in_one_language, translated, translated_text
from ohdio_core.installation import how_to_update
from ohdio_core.sentences import sentence, together


def version_lines() -> Iterator[str]:
    """Yield the version of this command, that of the ohdio that is running, and how to update them."""
    yield f"ohdio {version('ohdio-client')}"
    how = how_to_update()
    yield translated(how)
    yield from _of_the_running(how.text)


def _of_the_running(how_here: str) -> Iterator[str]:
    from ohdio_client.api.client import Client

    try:
        found = connection_at_hand()
        if found is None:
            yield "No ohdio is running here."
            return
        with Client(found.url, found.token) as client:
            said = client.version()
    except CommandError as error:
        yield from _untold(error)
        return
    yield f"The ohdio that runs at {found.url}: {said.version}"
    if said.how_to_update != how_here:
        yield translated_text(said.how_to_update, said.how_to_update_message)


def _untold(error: CommandError) -> Iterator[str]:
    said = sentence(
        "version.unknown",
        "The version of the ohdio that is running cannot be told: {reason}",
        reason=together(*error.sentences),
    )
    yield in_one_language(said)
    yield from error.details
