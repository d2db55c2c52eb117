"""Phrases are a part of what templates become, and are what they were when each page looked them up."""

from __future__ import annotations

from jinja2 import DictLoader, Environment

from ohdio_api.web.phrases import writing_phrases

_PHRASES = {"Tick": "Cocher", "More": "d’<b>autres</b> & 'plus'", "All": "100 %%", "at %(clock)s": "à %(clock)s"}
_TEMPLATES = {
    "parts.html": "{% set colon = _('Tick') %}"
    "{% macro tick(name) %}{{ _('Tick') }}{{ colon }} {{ name }}{% endmacro %}",
    "page.html": "{% import 'parts.html' as parts %}{{ parts.tick('<i>') }}"
    "{% for name, label in (('a', _('More')), ('b', _('All'))) %}"
    '<a title="{{ label }}">{{ name ~ label }}</a>{% endfor %}'
    "{{ _('at %(clock)s', clock='<3>') }}{{ _(name) }}{{ {'auto': _('Tick')}[name] }}"
    "{{ _('Tick') if name else _('More') }}{{ _('Unknown') | upper }}{{ parts.tick(_('More')) }}",
}


def page(*, is_written: bool, asked: list[str]) -> str:
    def gettext(phrase: str) -> str:
        asked.append(phrase)
        return _PHRASES.get(phrase, phrase)

    environment = Environment(loader=DictLoader(_TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_callables(gettext, lambda one, _several, _count: one, newstyle=True)  # type: ignore[attr-defined]
    if is_written:
        environment.code_generator_class = writing_phrases(gettext)
    template = environment.get_template("page.html")
    template.render(name="auto")
    asked.clear()
    return template.render(name="auto")


def test_a_page_looks_up_no_phrase_but_those_with_values() -> None:
    usual: list[str] = []
    written: list[str] = []

    assert page(is_written=True, asked=written) == page(is_written=False, asked=usual)
    assert written == ["at %(clock)s", "auto"]
    assert len(usual) > len(written)
