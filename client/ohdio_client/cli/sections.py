"""The commands of ohdio in the order in which ``--help`` lists them, by what they are for.

Each distribution that is installed brings its own, as entry points of the group ``ohdio.commands``; a name is known
here before its command is, so that people are told where the command is to be had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ohdio_core.sentences import Sentence, sentence

SECTIONS = {
    "Collect": ("get", "up"),
    "Talk to the ohdio that is running": (
        "preview",
        "search",
        "add",
        "follow",
        "follows",
        "status",
        "queue",
        "show",
        "trace",
        "watch",
        "pause",
        "resume",
        "limit",
        "first",
        "priority",
        "retry",
        "keep",
        "again",
        "convert",
        "remove",
        "clear",
        "library",
        "feeds",
    ),
    "Look after it": (
        "settings",
        "notify",
        "sources",
        "probe",
        "token",
        "doctor",
        "report",
        "verify",
        "repair",
        "reconcile",
        "reset",
        "export",
        "import",
        "backup",
        "restore",
        "migrate",
    ),
}


def sections_of(installed: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each section that has commands here, with their names in order; those of nobody's come last."""
    known: set[str] = set()
    for title, names in SECTIONS.items():
        known.update(names)
        if here := [name for name in names if name in installed]:
            yield title, here
    if others := sorted(set(installed) - known):
        yield "Others", others


def why_missing(name: str) -> Sentence | None:
    """Return where a command of ohdio is to be had that is not installed; None for what is no command of it."""
    if not any(name in names for names in SECTIONS.values()):
        return None
    return sentence(
        "command.not_installed",
        "`ohdio {name}` is not installed here, where ohdio is only talked to. It comes with the distribution `ohdio`, "
        "which also runs the services; `ohdio --help` lists what can be done from here.",
        name=name,
    )
