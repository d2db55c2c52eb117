"""Recognition of a radio station's endless stream before its body is read."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence


def refuse_broadcast(url: str, headers: Mapping[str, str]) -> None:
    """Raise an error for a response without an end.

    Icecast and SHOUTcast say ``icy-…`` (of their "ICY" protocol) in every answer; those that send a file say its
    length too.

    Args:
        url: For the sentence.
        headers: Of the answer, their names in lower case.

    Raises:
        PermanentError: It is a broadcast.
    """
    if "content-length" not in headers and any(name.startswith("icy-") for name in headers):
        raise PermanentError(
            sentence(
                "http.broadcast",
                "{host} sends a live broadcast that never ends, so it cannot be kept. Add the "
                "recording of a programme instead.",
                host=urlsplit(url).hostname or "",
            )
        )
