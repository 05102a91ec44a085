"""The Jinja2 environment, and the artifacts that come out of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.runtime import Context

from generator.model.plan import DevicePlan
from generator.platforms.base import ConfigFile, Platform
from generator.render.compiled import DirectCode


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


class _Environment(Environment):
    """Templates read attributes of objects and nothing else."""

    code_generator_class = DirectCode


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
        context = Context(self._environment, view, None, {})
        return tuple(
            [
                Artifact(
                    device.name,
                    file,
                    tuple([Section(name, render_section(template, context)) for name, template in sections]),
                )
                for file, sections in self._files
            ]
        )


def render_section(template: Template, context: Context) -> str:
    """`Template.render` without a context and a copy of the view for each section."""
    context.vars.clear()  # the macros of the section before
    context.exported_vars.clear()
    return "".join(template.root_render_func(context))


@cache
def renderer_of(platform_id: str) -> Renderer:
    """The renderer of a platform, made once a process."""
    from generator.platforms import load

    return Renderer(load(platform_id))
