"""The Jinja2 environment, and the artifacts that come out of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context, Macro

from generator.model.plan import DevicePlan
from generator.platforms.base import ConfigFile, Platform


class Section(msgspec.Struct, frozen=True):
    """A part of a file, and the template that made it."""

    template: str
    text: str


class Artifact(msgspec.Struct, frozen=True):
    """One file of one router."""

    device: str
    file: ConfigFile
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        return "".join([section.text for section in self.sections])


@cache
def templates_root() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"


class _Context(Context):
    """Calls a macro at once where its arguments are those it has names for: nothing is to be looked up or filled in.

    (Measured: a quarter of rendering.)
    """

    def call(self, called: Any, *arguments: Any, **named: Any) -> Any:
        if (
            type(called) is Macro
            and len(arguments) == called._argument_count
            and (not named or (len(named) == 1 and "_loop_vars" in named))
            and not (called.caller or called.catch_kwargs or called.catch_varargs)
        ):
            return called._func(*arguments)
        return super().call(called, *arguments, **named)


class _Environment(Environment):
    """Templates read attributes of objects and nothing else, so that is all it looks for (measured: a third of rendering)."""

    context_class = _Context
    getattr = staticmethod(getattr)  # type: ignore[assignment]


class Renderer:
    """Renders the files of one platform's routers; templates are compiled once."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        folder = platform.templates or templates_root() / platform.id
        environment = _Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # router configs, not HTML
            auto_reload=False,
        )
        self._environment = environment
        self._globals = environment.globals
        self._files: list[tuple[ConfigFile, list[tuple[str, Template]]]] = [
            (file, [(name, environment.get_template(f"{name}.j2")) for name in file.sections])
            for file in platform.files
        ]

    def render(self, device: DevicePlan) -> tuple[Artifact, ...]:
        """All files of a router.  The view is made here and nowhere kept: it holds secrets in clear."""
        view = {**self._globals, **self.platform.view(device)}
        context = _Context(self._environment, view, None, {})
        return tuple(
            [
                Artifact(
                    device.name, file, tuple([Section(name, _text(template, context)) for name, template in sections])
                )
                for file, sections in self._files
            ]
        )


def _text(template: Template, context: Context) -> str:
    """`Template.render` without a context and a copy of the view for each section."""
    context.vars.clear()  # the macros of the section before
    context.exported_vars.clear()
    return "".join(template.root_render_func(context))


@cache
def renderer_of(platform_id: str) -> Renderer:
    """The renderer of a platform, made once a process."""
    from generator.platforms import load

    return Renderer(load(platform_id))
