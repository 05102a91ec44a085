"""What a verb's module is."""

from __future__ import annotations

import argparse
import importlib
from typing import Protocol, cast


class Verb(Protocol):
    """A module of this package: its arguments, and what it does.  It imports what it needs inside ``run``."""

    def parser(self) -> argparse.ArgumentParser:
        """The parser of everything behind the verb."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it; the exit code."""


def load(verb: str) -> Verb:
    """The module of a verb of ``generator.cli.VERBS``."""
    return cast(Verb, importlib.import_module(f"generator.cli.{verb}"))
