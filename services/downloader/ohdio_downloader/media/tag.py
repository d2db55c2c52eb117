"""Writing what is known of a book into its audio files, the way audiobook players read it."""

from __future__ import annotations

from pathlib import Path

from mutagen import MutagenError

from ohdio_core.sentences import sentence
from ohdio_downloader.disk import is_full, not_enough_space, require_readable
from ohdio_downloader.media.formats import Container
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.taggers.details import FileDetails


def write_details(path: Path, container: Container, details: FileDetails, *, keep_free: int = 0) -> None:
    """Write details into a file, in one pass over it; doing it again changes nothing.

    Tags of ours replace what the site had written; tags that we know nothing of stay, and so do the site's chapters
    and picture where we know none. Chapters cost a second pass where they are no tags.

    Args:
        path: An audio file.
        container: What it is.
        details: What is written; what is left out stays as it is in the file.
        keep_free: Bytes that must stay free on the disk while there are two of the file.

    Raises:
        DamagedAudio: The file is no such container.
        Postponed: The disk is full.
        OSError: The disk cannot read it.
    """
    try:
        if details.chapters and container.write_chapters is not None:
            container.write_chapters(path, container.muxer, details.chapters, keep_free=keep_free)
        container.write_tags(path, details)
    except MutagenError as error:
        if any(is_full(cause) for cause in (error.__context__, *error.args) if isinstance(cause, BaseException)):
            raise not_enough_space(path.parent, path.stat().st_size) from error
        require_readable(path)
        raise DamagedAudio(
            sentence("tags.not_written", "The tags of the file that was fetched cannot be written.")
        ) from error
