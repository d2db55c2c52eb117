"""What clients send, whatever it is about.

Nothing here needs the web framework: a start takes its links before that is imported.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ohdio_core.domain.book_form import FormName
from ohdio_core.domain.sought import unless_blank, words_sought

MOST_PRIORITY = 100
#: Beyond, JSON readers disagree about numbers (RFC 8259 section 6); no table of ours will have so many rows.
MAX_ID = 2**53 - 1
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
#: What has no width, or is drawn as nothing: where something is to be seen, that alone is a blank (`unless_blank`).
UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u2800"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
#: The pattern of names: no character that steers a terminal or turns a line, and something to be seen.
VISIBLE = rf"^[^{_CONTROLS}]*[^\s{_CONTROLS}{UNSEEN}][^{_CONTROLS}]*$"

WITHOUT_NUL = r"^[^\x00]*$"  #: the pattern of any text: PostgreSQL's has no NUL
LONGEST_SEARCH = 200  #: characters


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: JSON has one kind of number: 5.0 is 5. A text is not, and neither is true.
AS_WHOLE = BeforeValidator(_whole)
Priority = Annotated[
    int, Field(ge=0, le=MOST_PRIORITY, description="Higher goes first; 5 is usual.", examples=[5]), AS_WHOLE
]


def blank_is(otherwise: str | None) -> BeforeValidator:
    """Return the reading of a choice in which a blank text chooses nothing, as it does in addresses.

    Args:
        otherwise: What is meant where nothing is chosen.
    """

    def read(value: object) -> object:
        return otherwise if isinstance(value, str) and unless_blank(value) is None else value

    return BeforeValidator(read)


#: What books become.
FormWish = Annotated[
    FormName,
    Field(
        description="What books are filed as: `original`, each part a file as its site has it; `m4b` or `mp3`, one "
        "file with chapters, where the parts can be joined without being encoded anew; `m4b-64k` and the like, an M4B "
        "in any case, for which they are encoded with so many bits a second where they must be. Null: as the settings "
        "say.",
        examples=["m4b"],
    ),
]


#: How fast a book may come.
SpeedLimit = Annotated[
    int,
    Field(
        ge=1,
        le=10**9,
        description="How fast a book may come, in kilobytes a second (1,000 bytes each). Null: as fast as it comes, "
        "within the limit for all downloads.",
        examples=[500],
    ),
    AS_WHOLE,
]


#: What somebody looks for.
SoughtWords = Annotated[
    str | None,
    Field(
        max_length=LONGEST_SEARCH,
        pattern=WITHOUT_NUL,
        description="Words to look for in titles, authors and names of shows; null, or blanks alone, for all.",
        examples=["Odile Marchand"],
    ),
    AfterValidator(words_sought),
]


class Body(BaseModel):
    """What a client sends: nothing unknown, and nothing of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
