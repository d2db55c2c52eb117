"""What is on every page and the same for all who read a language, as HTML that is made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment


def drawing_once(environment: Environment) -> Callable[[str, str], Markup]:
    """Return what returns the HTML of a macro that takes nothing; that takes its template and its name."""

    @cache
    def draw(template: str, name: str) -> Markup:
        macros = environment.get_template(template).module
        return Markup(getattr(macros, name)())  # noqa: S704 # a macro's

    return draw
