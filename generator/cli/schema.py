"""``peerwright schema``: the JSON Schema of the inventory."""

from __future__ import annotations

import argparse

from generator.cli import arguments

DESCRIPTION = """
Print the JSON Schema of the inventory.  An editor that has it completes keys and marks wrong ones while
you type; `check` knows far more.
"""

EXAMPLES = """\
  peerwright schema > peerwright.schema.json

  and in the first line of a YAML file, for editors with the YAML language server:
  # yaml-language-server: $schema=../peerwright.schema.json
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``schema``."""
    return arguments.new_parser("schema", DESCRIPTION, EXAMPLES)


def run(_options: argparse.Namespace) -> int:
    """Print it."""
    from generator.api import json_schema
    from generator.cli.stdout import emit
    from generator.report.json import dumped

    emit(dumped(json_schema()))
    return 0
