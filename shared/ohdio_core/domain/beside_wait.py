"""Why work waits that a downloader does beside the downloads: conversions, verifications, imports."""

from __future__ import annotations

from ohdio_core.sentences import Sentence, sentence

_NO_DOWNLOADER = sentence("beside.no_downloader", "No downloader is running.")
_INTERRUPTED = sentence("beside.interrupted", "It was interrupted, and goes on by itself soon.")


def explain_beside_wait(
    recorded: Sentence | None, *, is_held: bool, is_interrupted: bool, has_downloader: bool
) -> Sentence | None:
    """Return why such work does not go on; None where it does, or waits for its turn alone.

    Args:
        recorded: What keeps it from going on, as whoever was at it has said.
        is_held: A process is at it.
        is_interrupted: The process that was at it has fallen silent.
    """
    if is_held:
        return None
    if not has_downloader:
        return _NO_DOWNLOADER
    return _INTERRUPTED if is_interrupted else recorded
