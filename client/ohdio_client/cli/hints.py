"""What a person may have meant by a word that is no link."""

from __future__ import annotations

import shlex
from pathlib import Path

from ohdio_core.sentences import Sentence, sentence

_LONGEST = 200  # characters; the search takes no more


def hint_for(text: str, *, is_running: bool = True) -> Sentence | None:
    """Return a sentence that says how it is done; None where nothing can be guessed.

    Args:
        is_running: Whether there is an ohdio that the commands can talk to.
    """
    if ":" in text:
        return None
    if _is_file(text):
        return _of_file(shlex.quote(text), is_running=is_running)
    # With a dot it may be a host; what is very long is no title.
    are_words = text.strip() and len(text) <= _LONGEST and not {"/", "."} & set(text)
    return _of_words(shlex.quote(text), is_running=is_running) if are_words else None


def _of_file(file: str, *, is_running: bool) -> Sentence:
    if is_running:
        return sentence("hint.file", "It is a file: `ohdio add --file {file}` adds the links in it.", file=file)
    return sentence(
        "hint.file_later",
        "It is a file: `ohdio add --file {file}` adds the links in it, while `ohdio up` runs.",
        file=file,
    )


def _of_words(words: str, *, is_running: bool) -> Sentence:
    if is_running:
        return sentence("hint.words", "`ohdio search {words}` looks for words.", words=words)
    return sentence("hint.words_later", "`ohdio search {words}` looks for words, while `ohdio up` runs.", words=words)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
