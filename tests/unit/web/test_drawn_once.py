"""What is the same on every page is made once."""

from __future__ import annotations

from itertools import count

from jinja2 import DictLoader, Environment

from ohdio_api.web.parts.drawn_once import drawing_once


def test_is_made_once_in_each_language() -> None:
    made = count(1)
    for language in ("en", "fr"):
        bar = "{% macro bar() %}<b>{{ language }} {{ said() }}</b>{% endmacro %}{% macro other() %}&{% endmacro %}"
        environment = Environment(loader=DictLoader({"bar.html": bar}), autoescape=True)
        environment.globals.update(language=language, said=lambda: f"<{next(made)}>")
        draw = drawing_once(environment)
        page = environment.from_string("{{ draw('bar.html', 'bar') }}{{ draw('bar.html', 'other') }}")

        first = page.render(draw=draw)

        assert first == f"<b>{language} &lt;{1 if language == 'en' else 2}&gt;</b>&"
        assert page.render(draw=draw) == first
