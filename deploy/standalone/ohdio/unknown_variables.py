"""Variables that look like settings of ours but are none: a slip that would otherwise do nothing, silently."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from ohdio_core.sentences import Sentence, sentence

_PREFIX = "OHDIO_"
#: What is no setting of a service, but means something to the command.
OF_THE_COMMAND = frozenset({"OHDIO_API", "OHDIO_API_TOKEN"})
_OF_TESTS = "OHDIO_TEST_"
_ALIKE = 0.85  #: 1 for the same name
_SHORTEST = 8  #: shorter names are like those of many other programs: HOST, PORT


def unknown_variables(environment: Iterable[str], known: Collection[str]) -> Iterator[Sentence]:
    """Yield a sentence for each variable that looks like one of ours and is none.

    Args:
        environment: The names of the variables that are set.
        known: The names that mean something.
    """
    for name in sorted(environment):
        if name in known or name.startswith(_OF_TESTS):
            continue
        upper = name.upper()
        near = upper if upper in known else _nearest(upper, known)
        if near is not None and len(near) >= _SHORTEST:
            yield sentence(
                "variable.meant",
                "{name} is set, but there is no such setting: {near} is meant, perhaps.",
                name=name,
                near=near,
            )
        elif upper.startswith(_PREFIX):
            yield sentence(
                "variable.unknown",
                "{name} is set, but there is no such setting: docs/configuration.md lists what there is.",
                name=name,
            )


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like another one; words may be run together, or lack our prefix."""
    bare = {_bare(each): each for each in known}
    found = get_close_matches(_bare(name), bare, n=1, cutoff=_ALIKE)
    return bare[found[0]] if found else None


def _bare(name: str) -> str:
    return name.removeprefix(_PREFIX).replace("_", "")
