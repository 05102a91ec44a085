"""What our templates are compiled to: Python that reads attributes as Python does and calls macros at once.

Jinja2's own code asks the environment for every attribute and the context for every call, because its
templates read dicts, are sandboxed or run in a coroutine.  Ours do none of that.  (Measured: 8 % of a run's
instructions.)
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef


class DirectCode(CodeGenerator):
    """Jinja2's generator, with shorter code for what the templates do most."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._plain: dict[str, int] = {}
        """Macros at the top of the template that take just their arguments, and how many these are."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802  Jinja2's name
        if iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def macro_body(self, node: nodes.Macro | nodes.CallBlock, frame: Frame) -> tuple[Frame, MacroRef]:
        macro_frame, found = super().macro_body(node, frame)
        if (
            isinstance(node, nodes.Macro)
            and frame.toplevel
            and not (node.defaults or found.accesses_caller or found.accesses_kwargs or found.accesses_varargs)
        ):
            self._plain[node.name] = len(node.args)
        return macro_frame, found

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        called = node.node
        if (
            not isinstance(called, nodes.Name)
            or self._plain.get(called.name) != len(node.args)
            or node.kwargs
            or node.dyn_args is not None
            or node.dyn_kwargs is not None
            or forward_caller
        ):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(called, frame)
        self.write("._func(")
        for place, argument in enumerate(node.args):
            if place:
                self.write(", ")
            self.visit(argument, frame)
        self.write(")")
