"""Phrases of templates, looked up when a template is compiled: there is one of each language.

Looked up by each page they took a quarter of the time of one with many labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.compiler import CodeGenerator
from jinja2.nodes import Call, Const, Expr, Name
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.compiler import Frame
    from jinja2.nodes import Template


def writing_phrases(gettext: Callable[[str], str]) -> type[CodeGenerator]:
    """Return what writes each phrase without values into what a template becomes, as a part of the HTML around it.

    Args:
        gettext: Returns a phrase in the language of the templates.
    """

    class WritesPhrases(CodeGenerator):
        def visit_Template(self, node: Template, frame: Frame | None = None) -> None:  # noqa: N802 # jinja's
            super().visit_Template(_Phrases(gettext).visit(node), frame)

    return WritesPhrases


class _Phrases(NodeTransformer):
    """Puts what they say in the place of calls of ``_`` with nothing but a phrase."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext

    def visit_Call(self, node: Call) -> Expr:  # noqa: N802 # jinja's
        """Return what is written in the place of a call."""
        self.generic_visit(node)
        match node:
            case Call(node=Name(name="_"), args=[Const(value=str(said))], kwargs=[], dyn_args=None, dyn_kwargs=None):
                # As with values: trusted as HTML, and each %% is one percent sign.
                return Const(Markup(self._gettext(said)) % {}, lineno=node.lineno)  # noqa: S704 # a phrase of ours
        return node
