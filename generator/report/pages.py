"""HTML pages from the templates of `templates/report`: one file each, that needs nothing from elsewhere."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from generator.change.pack import Pack
from generator.render.engine import templates_root
from generator.report.circuit_picture import Picture
from generator.report.pack_view import pack_view


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_root() / "report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
        auto_reload=False,
    )


def pack_html(pack: Pack, pictures: tuple[Picture, ...]) -> str:
    """The change pack as one page."""
    environment = _environment()
    style = Markup(environment.get_template("style.j2").render())  # noqa: S704 - our own file, no value in it
    return environment.get_template("page.j2").render(page=pack_view(pack, pictures), style=style)
