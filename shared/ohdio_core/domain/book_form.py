"""The form that a book is filed in: its parts as its site has them, or one file of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ohdio_core.domain.formats import M4A, MP3, FileFormat
from ohdio_core.sentences import Sentence, sentence


class BookForm(StrEnum):
    """What a book is to be filed as."""

    ORIGINAL = "original"  #: each part a file of its own, as its site has it
    M4B = "m4b"  #: one file with chapters, where the parts are AAC
    MP3 = "mp3"  #: one file with chapters, where the parts are MP3
    # As M4B; where the parts are something else, or not alike, they are encoded with so many bits a second.
    M4B_32K = "m4b-32k"
    M4B_48K = "m4b-48k"
    M4B_64K = "m4b-64k"
    M4B_96K = "m4b-96k"
    M4B_128K = "m4b-128k"

    @property
    def container(self) -> BookForm:
        """Return what the files are, however their sound comes to be that."""
        return BookForm(self.value.partition("-")[0])

    @property
    def bit_rate(self) -> int | None:
        """Return with how many bits a second sound may be encoded anew; None where it never is."""
        rate = self.value.partition("-")[2]
        return int(rate.removesuffix("k")) * 1000 if rate else None

    @property
    def said(self) -> str:
        """Return its name for people: "M4B, 64 kbit/s"."""
        name = self.container.value.upper()
        return name if self.bit_rate is None else f"{name}, {self.bit_rate // 1000} kbit/s"


#: How a form is written where values are texts: in what clients send, and in settings.
FormName = Literal["original", "m4b", "mp3", "m4b-32k", "m4b-48k", "m4b-64k", "m4b-96k", "m4b-128k"]
#: Those of one file.
OneFileName = Literal["m4b", "mp3", "m4b-32k", "m4b-48k", "m4b-64k", "m4b-96k", "m4b-128k"]

#: What the parts must be for each form of one file.
_MADE_OF = {BookForm.M4B: M4A, BookForm.MP3: MP3}
#: As people know them.
_NAMES = {BookForm.M4B: "M4B", BookForm.MP3: "MP3"}


@dataclass(frozen=True, slots=True)
class PartForm:
    """What the sound of a part is, as far as it decides which others can stand beside it in one file."""

    file_format: FileFormat
    encoding: bytes | None  #: the same in all parts that one decoder plays; None where nobody can tell


@dataclass(frozen=True, slots=True)
class FormDecision:
    """What a book is filed as, and why it is not what was wanted."""

    form: BookForm  #: no more than what the files are
    remark: Sentence | None = None
    is_encoded: bool = False  #: its sound must be encoded for that


def form_named(name: str | None) -> BookForm | None:
    """Return the form of a name; None without one."""
    return None if name is None else BookForm(name)


def wanted_form(of_book: BookForm | None, setting: BookForm) -> BookForm:
    """Return what a book is to be filed as: what was said of it or its link, else what the settings say."""
    return of_book or setting


def decide_form(wanted: BookForm, parts: Sequence[PartForm]) -> FormDecision:
    """Return what a book of such parts is filed as: what is wanted if that loses nothing of its sound, else its parts.

    What can be joined as it is never is encoded anew, though that was allowed.

    Args:
        wanted: Of this book, or by the settings.
        parts: All of them, in listening order.
    """
    if wanted is BookForm.ORIGINAL:
        return FormDecision(BookForm.ORIGINAL)
    may_encode, wanted = wanted.bit_rate is not None, wanted.container
    others = {part.file_format.suffix[1:].upper() for part in parts if part.file_format is not _MADE_OF[wanted]}
    encodings = {part.encoding for part in parts}
    differ = len(parts) > 1 and (len(encodings) > 1 or None in encodings)
    if may_encode and (others or differ):
        return FormDecision(wanted, is_encoded=True)
    if others:
        said = sentence(
            "book_form.needs_encoding",
            "It stays as its site has it: for one {form} its sound ({formats}) would have to be encoded anew, which "
            "loses some of it.",
            form=_NAMES[wanted],
            formats=", ".join(sorted(others)),
        )
        return FormDecision(BookForm.ORIGINAL, said)
    if differ:
        said = sentence(
            "book_form.differs",
            "It stays in its {count} files: they are not encoded alike, so that one {form} cannot hold their sound as "
            "it is.",
            count=len(parts),
            form=_NAMES[wanted],
        )
        return FormDecision(BookForm.ORIGINAL, said)
    return FormDecision(wanted)
