"""Options that several commands have: parameters of a function, which returns what they say."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any


def with_options_of(source: Callable[..., object], place: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator: a function gets the options of ``source`` in the place of a parameter, which they become."""
    options = inspect.signature(source, eval_str=True).parameters

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function, eval_str=True)

        @functools.wraps(function)
        def with_options(**given: Any) -> Any:
            said = source(**{name: given.pop(name) for name in options if name in given})
            return function(**given, **{place: said})

        parameters: list[inspect.Parameter] = []
        for name, parameter in signature.parameters.items():
            parameters.extend(options.values() if name == place else [parameter])
        # The command line has no such option, so nobody is to look for its class.
        own = {name: hint for name, hint in function.__annotations__.items() if name != place}
        with_options.__annotations__ = own
        # Where inspect, and with it typer, looks first.
        vars(with_options)["__signature__"] = signature.replace(parameters=parameters)
        return with_options

    return decorate
