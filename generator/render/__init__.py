"""`View` → text by Jinja2, and text → files: staged, atomic, only what changed."""

from generator.render.engine import Artifact, Renderer, Section, templates_root
from generator.render.stage import Stage, StageError

__all__ = ["Artifact", "Renderer", "Section", "Stage", "StageError", "templates_root"]
