"""Brace-and-semicolon text (Junos) → tree, in one pass.

Our own layout, one statement a line, takes the short way; any other layout is right too, only slower:
several statements on a line, statements over several lines, ``/* */`` and ``#`` comments, quoted
strings with braces in them.  The rules of the tree:

- ``Node.text`` is the statement without its ``{`` or ``;``, with single blanks between words; quotes,
  ``[ a b ]`` lists and prefixes such as ``inactive:`` stay in it.
- ``Node.line`` is the line where the statement starts.
- Comments are dropped, but the first one with words in it that stands before the first statement is
  the file's header, and is the first node.
"""

from __future__ import annotations

import re
from typing import Final

from generator.model.facts import UnrecognisedLine
from generator.platforms.tree import DEEPEST, Node

_SPECIAL: Final = re.compile(r'[{};"#*\t\\]')
_ONE_STRING: Final = re.compile(r'[^{};"#*\t\\]* "[^"\\]*"')
_TOKEN: Final = re.compile(
    r"""
      (?P<blank>\s+)
    | (?P<comment>/\*.*?\*/|\#.*)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<mark>[{};])
    | (?P<open>/\*|")
    | (?P<word>(?:[^\s{};"\#/]|/(?!\*))+)
    """,
    re.VERBOSE,
)
TOO_DEEP: Final = f"more than {DEEPEST} blocks inside of each other; the rest was not read"
_STRING_END: Final = re.compile(r'(?:[^"\\]|\\.)*"')


def parse_braces(text: str, file: str = "") -> tuple[list[Node], list[UnrecognisedLine]]:
    """Tree of a brace text, and what is wrong with its braces, semicolons, comments and strings.

    The tree is as complete as it can be: a missing ``;`` ends its statement at the ``}``, a surplus
    ``}`` is left out, an open block ends with the file.
    """
    scanner = _Scanner(file)
    special, one_string, feed, stack = _SPECIAL.search, _ONE_STRING.fullmatch, scanner.feed, scanner.open
    level, waiting = scanner.level, False
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not (line or waiting):
            continue
        if line == "}" and stack and not waiting:
            stack.pop()
            level = stack[-1].children if stack else scanner.roots
            continue
        body = line[:-1].rstrip()
        last = line[-1:]
        if (
            waiting
            or (last != ";" and last != "{")
            or not body
            or "  " in body
            or (special(body) and not one_string(body))
        ):
            scanner.level = level
            waiting = feed(raw, number)
            level = scanner.level
            if scanner.too_deep:
                break
            continue
        node = Node(body, number)
        level.append(node)
        if last == "{":
            if len(stack) >= DEEPEST:
                scanner.give_up(number)
                break
            stack.append(node)
            level = node.children
    return scanner.finish()


def _first(words: list[str]) -> str:
    """What a message may say of a statement without end: its first word.  Behind it may be a key."""
    return words[0] if len(words) == 1 else f"{words[0]} …"


class _Scanner:
    """Where the parser stands: the open blocks, and a statement, comment or string that is not over yet."""

    __slots__ = (
        "file",
        "level",
        "open",
        "problems",
        "roots",
        "start",
        "too_deep",
        "unfinished",
        "unfinished_line",
        "words",
    )

    def __init__(self, file: str) -> None:
        self.file = file
        self.roots: list[Node] = []
        self.level = self.roots
        self.open: list[Node] = []
        self.words: list[str] = []
        self.start = 0
        self.unfinished = ""
        """Beginning of a ``/*`` comment or a string that goes on in the next line."""
        self.unfinished_line = 0
        self.problems: list[UnrecognisedLine] = []
        self.too_deep = False

    def problem(self, line: int, text: str, reason: str) -> None:
        self.problems.append(UnrecognisedLine(self.file, line, text, reason))

    def close(self) -> bool:
        """End the innermost block.  False where none is open."""
        if self.words:
            self.problem(self.start, _first(self.words), "missing semicolon")
            self._statement(block=False)
        if not self.open:
            return False
        self.open.pop()
        self.level = self.open[-1].children if self.open else self.roots
        return True

    def feed(self, raw: str, number: int) -> bool:
        """Read one line that is not simply one statement.  Whether something in it goes on in the next line."""
        position = 0
        if self.unfinished:
            position = self._continue(raw)
        while position < len(raw):
            token = _TOKEN.match(raw, position)
            if token is None:  # pragma: no cover - every character belongs to some token
                raise AssertionError(f"no token at {raw[position:]!r}")
            position = token.end()
            kind, text = token.lastgroup, token.group()
            if self.too_deep:
                return False
            if kind == "mark":
                self._mark(text, number)
            elif kind == "open":
                self.unfinished, self.unfinished_line = raw[token.start() :], number
                return True
            elif kind == "comment":
                self._comment(text, number)
            elif kind != "blank":
                self._word(text, number)
        return bool(self.words or self.unfinished)

    def _continue(self, raw: str) -> int:
        """Look for the end of the open comment or string in this line; where it is, or the line's length."""
        comment = self.unfinished.startswith("/*")
        if comment:
            end = raw.find("*/") + 2
            found = end >= 2
        else:
            match = _STRING_END.match(raw)
            end, found = (match.end(), True) if match else (0, False)
        if not found:
            self.unfinished += "\n" + raw
            return len(raw)
        text, line = self.unfinished + "\n" + raw[:end], self.unfinished_line
        self.unfinished = ""
        if comment:
            self._comment(text, line)
        else:
            self._word(text, line)
        return end

    def _word(self, text: str, number: int) -> None:
        if not self.words:
            self.start = number
        self.words.append(text)

    def _comment(self, text: str, number: int) -> None:
        words = " ".join(text.split())
        if not self.roots and not self.words and words.strip("#/* "):
            self.roots.append(Node(words, number))

    def _mark(self, mark: str, number: int) -> None:
        if mark == "}":
            if not self.close():
                self.problem(number, mark, "surplus closing brace")
        elif self.words:
            self._statement(block=mark == "{")
        else:
            self.problem(number, mark, "no statement before it")
            if mark == "{":
                self.start = number
                self._statement(block=True)

    def _statement(self, *, block: bool) -> None:
        node = Node(" ".join(self.words), self.start)
        self.words.clear()
        self.level.append(node)
        if block and len(self.open) >= DEEPEST:
            self.give_up(node.line)
        elif block:
            self.open.append(node)
            self.level = node.children

    def give_up(self, line: int) -> None:
        """Leave the rest of the text: nobody wrote it as a config."""
        if not self.too_deep:
            self.problem(line, "{", TOO_DEEP)
        self.too_deep = True

    def finish(self) -> tuple[list[Node], list[UnrecognisedLine]]:
        if self.unfinished:
            kind = "comment" if self.unfinished.startswith("/*") else "string"
            first = self.unfinished.split("\n", 1)[0].strip() if kind == "comment" else '"'
            self.problem(self.unfinished_line, first, f"{kind} is not closed")
        elif self.words:
            self.problem(self.start, _first(self.words), "missing semicolon")
            self._statement(block=False)
        for node in self.open:
            self.problem(node.line, node.text, "block is not closed")
        return self.roots, sorted(self.problems, key=lambda one: one.line)
