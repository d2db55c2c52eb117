"""Updates the French sentences to be in line with those that the code has. ``make docs``.

A sentence that is new gets an entry without a translation, one that is no more loses its entry, and one whose English
has changed is marked fuzzy, as gettext calls what a person must look at again; the mark is removed by hand.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "shared" / "ohdio_core" / "locale" / "fr" / "sentences.po"
HEADER = """# Sentences in French, by their ids. `make docs` adds those that are new in the code.
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
#: Strings are escaped as in JSON, as far as sentences need it.
_ENTRY = re.compile(r'#\. (?P<english>.*)\n(?P<fuzzy>#, fuzzy\n)?msgid "(?P<id>\S+)"\nmsgstr (?P<template>".*")')


@dataclass(frozen=True)
class Translated:
    """A sentence in another language."""

    english: str  #: the template that it was made from
    template: str  #: empty where it is still to be written
    is_fuzzy: bool = False  #: the English has changed since


def sentences_of_the_code() -> dict[str, str]:
    """Return the English templates by their ids."""
    return {
        id_: template
        for folder in ("shared", "client", "services", "deploy")
        for path in (ROOT / folder).rglob("*.py")
        for id_, template in _sentences_of(path)
    }


def _sentences_of(path: Path) -> Iterator[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    if "sentence(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(func=ast.Name("sentence"), args=[ast.Constant(str(id_)), ast.Constant(str(template))]):
                yield id_, template


def read(text: str) -> dict[str, Translated]:
    """Return what a gettext file in the form of ``written`` has, by id.

    Raises:
        ValueError: Something of it is in another form.
    """
    if not text.startswith(HEADER):
        raise ValueError(f"{PAGE.name} begins otherwise than {HEADER!r}.")
    entries = {}
    for entry in text.removeprefix(HEADER).split("\n\n"):
        found = _ENTRY.fullmatch(entry.strip("\n"))
        if found is None:
            raise ValueError(f"This is no entry in the form that `make docs` writes: {entry}")
        entries[found["id"]] = Translated(found["english"], json.loads(found["template"]), bool(found["fuzzy"]))
    return entries


def in_line(english: Mapping[str, str], translated: Mapping[str, Translated]) -> dict[str, Translated]:
    """Return an entry for each sentence of the code, with what is translated already."""
    entries = {}
    for id_, template in sorted(english.items()):
        known = translated.get(id_, Translated(template, ""))
        has_changed = known.english != template and known.template != ""
        entries[id_] = Translated(template, known.template, known.is_fuzzy or has_changed)
    return entries


def written(entries: Mapping[str, Translated]) -> str:
    """Return entries as a gettext file."""
    return HEADER + "".join(_entry(id_, one) for id_, one in entries.items())


def _entry(id_: str, one: Translated) -> str:
    fuzzy = "#, fuzzy\n" if one.is_fuzzy else ""
    return f'\n#. {one.english}\n{fuzzy}msgid "{id_}"\nmsgstr {json.dumps(one.template, ensure_ascii=False)}\n'


def main() -> int:
    """Write the file, or return 1 where it is not what would be written."""
    text = PAGE.read_text(encoding="utf-8")
    entries = in_line(sentences_of_the_code(), read(text))
    if "--check" not in sys.argv:
        PAGE.write_text(written(entries), encoding="utf-8")
        for id_, one in entries.items():
            if one.is_fuzzy or not one.template:
                print(f"To be translated: {id_}")
    elif written(entries) != text:
        sys.stderr.write(f"{PAGE.name} is not what `make docs` writes.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
