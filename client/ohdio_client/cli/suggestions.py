"""What a person may have meant by a command that there is none of."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from difflib import get_close_matches

from ohdio_core.sentences import Sentence, sentence

_OTHER_NAMES = {
    "list": ("queue", "library"),
    "ls": ("queue", "library"),
    "status": ("queue", "watch"),
    "books": ("library", "queue"),
    "info": ("show", "probe"),
    "inspect": ("probe", "show"),
    "find": ("search",),
    "download": ("get", "add"),
    "fetch": ("get", "add"),
    "collect": ("get",),
    "run": ("up",),
    "start": ("up", "resume"),
    "serve": ("up",),
    "stop": ("pause",),
    "unpause": ("resume",),
    "continue": ("resume",),
    "delete": ("remove",),
    "rm": ("remove",),
    "config": ("doctor",),
    "check": ("doctor",),
    "scan": ("add", "preview"),
}


def suggestion_for(word: str, commands: Collection[str]) -> Sentence:
    """Return a sentence that says which command may be meant; it names `ohdio --help` where nothing is like it."""
    from ohdio_core.domain.typed_link import complete_link, is_link

    if is_link(word) or complete_link(word) != word:
        link = shlex.quote(word)
        collect = "get" if "get" in commands else "add"  # without the product only a running ohdio can collect it
        return sentence(
            "command.only_link",
            "Say what is to be done with the link: `ohdio {collect} {link}` collects it, `ohdio preview {link}` looks "
            "first.",
            collect=collect,
            link=link,
        )
    meant = _OTHER_NAMES.get(word.lower()) or get_close_matches(word.lower(), commands, n=2, cutoff=0.6)
    match [name for name in meant if name in commands]:
        case [first, second]:
            return sentence(
                "command.perhaps_two",
                "There is no command {word!r}. Perhaps `ohdio {first}` or `ohdio {second}`?",
                word=word,
                first=first,
                second=second,
            )
        case [name]:
            return sentence(
                "command.perhaps", "There is no command {word!r}. Perhaps `ohdio {name}`?", word=word, name=name
            )
    return sentence("command.unknown", "There is no command {word!r}; `ohdio --help` lists what there is.", word=word)
