"""What can be wrong with the files themselves: the ``SRC`` ids, each with its meaning and its fix.

``INV-073`` (a word that YAML 1.1 and 1.2 read differently) is found here too, see `traps`.
"""

from __future__ import annotations

from typing import Final

import msgspec

from generator.model.finding import Finding, Location, Severity

EXPLAIN: Final[dict[str, tuple[str, str]]] = {
    "SRC-001": ("the path does not exist", "check the spelling"),
    "SRC-002": ("no permission, or reading failed", "give the user the right to read it"),
    "SRC-003": ("a directory without a YAML file", "name the files *.yaml or *.yml"),
    "SRC-004": ("a device, FIFO or socket", "give an ordinary file or a directory"),
    "SRC-005": ("a file above 256 MB", "split it"),
    "SRC-006": ("more than 100,000 files", "give the directory of the inventory alone"),
    "SRC-007": ("nothing in the file but blank lines and comments", "fill it in or delete it"),
    "SRC-008": ("not text in UTF-8", "save it as UTF-8"),
    "SRC-009": ("control characters", "delete them"),
    "SRC-010": ("a tab where YAML wants spaces", "indent with spaces"),
    "SRC-011": ("not YAML", "as the message says"),
    "SRC-012": ("several documents in one file", "one file each"),
    "SRC-013": ("no mapping at the top of the file", "start with a key, such as `customers:`"),
    "SRC-014": ("the same key twice in a mapping", "keep one"),
    "SRC-015": ("a key that is no single word", "make it a word"),
    "SRC-016": ("a tag other than the core ones, or one that does not fit", "delete the tag"),
    "SRC-017": ("an alias to an anchor that is unknown or not finished", "put the anchor above it"),
    "SRC-018": ("aliases that grow beyond 1,000,000 values", "write the values out, or fewer of them"),
    "SRC-019": ("nested deeper than 50 levels", "make it flatter"),
    "SRC-020": ("`<<` with something that is no mapping", "merge mappings only"),
    "SRC-021": ("the same thing defined in two files", "keep one"),
    "SRC-022": ("`include` is not a list of relative paths", "make it one"),
    "SRC-023": ("a path that leaves the inventory", "keep files inside it"),
    "SRC-024": ("files that include each other in a ring", "delete one of the includes"),
    "SRC-025": ("an include that finds no file", "check the spelling"),
    "SRC-030": ("an acknowledgement without a reason", "say why it is right here"),
    "SRC-031": ("an acknowledgement that is not understood", "`# peerwright: accept INV-028 the reason`"),
    "SRC-032": ("an acknowledgement with no line to belong to", "put it on the line, or right above it"),
}
"""Every id with its meaning and its fix, for `peerwright explain`."""

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_FILES: Final = 100_000
MAX_DEPTH: Final = 50
MAX_EXPANDED: Final = 1_000_000


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong inside one file, placed by index into its text; becomes a finding once the place is looked up."""

    rule: str
    start: int
    end: int
    message: str
    hidden: str = ""
    """What to say instead where the place is below a key that holds a secret: the message without the text quoted."""
    fix: str
    other: int | None = None
    """Index of a second place it is about."""
    note: str = ""
    """What the second place is."""
    severity: Severity = Severity.ERROR


class GiveUpError(Exception):
    """The rest of a file cannot be read; carries the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def about_file(rule: str, file: str, message: str, fix: str, severity: Severity = Severity.ERROR) -> Finding:
    """A finding about a file or a directory as a whole."""
    return Finding(rule=rule, severity=severity, message=message, where=Location(file=file), fix=fix)
