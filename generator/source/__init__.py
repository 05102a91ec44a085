"""YAML files → plain values, with the place of each of them on demand.

`load` reads a directory or a file and never fails for what it finds there: `Source.findings` says what is
wrong.  The ids are listed in `generator.source.problems`.
"""

from __future__ import annotations

from generator.source.accept import Acknowledgement
from generator.source.loader import load
from generator.source.source import Source

__all__ = ["Acknowledgement", "Source", "load"]
