"""Topics: the kinds of things whose changes are announced to whoever watches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of thing that changes; made by ``register`` alone."""

    name: str  #: as ``NOTIFY`` carries it, between processes that may be of different versions


_registered: dict[str, Topic] = {}


def register(name: str) -> Topic:
    """Return a new topic. The module whose rows it is about registers it, once, and nobody else lists it.

    Raises:
        ValueError: Another module has this topic.
    """
    if name in _registered:
        raise ValueError(f"The topic {name} is registered already.")
    _registered[name] = topic = Topic(name)
    return topic
