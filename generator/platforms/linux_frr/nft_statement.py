"""One rule of nftables → its conditions and its statements, without what they mean."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r'"[^"]*"|[{},]|[^\s{},"]+')
_SELECTORS: Final = frozenset(("meta", "ct", "ip", "ip6", "tcp", "udp", "th", "icmp", "icmpv6"))
"""Words that need a second one to say which field."""
_BARE: Final = frozenset(("iifname", "oifname"))
_VERDICTS: Final = frozenset(("accept", "drop", "return", "continue"))
_NUMERIC: Final = {
    "meta nfproto": {"2": "ipv4", "10": "ipv6"},
    "meta l4proto": {"1": "icmp"},
    "tcp flags": {"0x2": "syn", "0x4": "rst", "0x10": "ack"},
    "ct state": {"0x2": "established", "0x4": "related"},
    "ct direction": {"0": "original", "1": "reply"},
}
"""What ``nft -nn`` prints instead of words."""
_RATE_UNITS: Final = {"bytes": 1, "kbytes": 1024, "mbytes": 1024 * 1024}


class Match:
    """A condition: ``values`` are single values, or the elements of a set or map, as written.

    ``form``: ``is`` (one of them), ``not``, ``vmap``, ``map``, or ``flags`` (any of them set).
    """

    __slots__ = ("form", "key", "values")

    def __init__(self, key: str, form: str, values: list[str]) -> None:
        self.key = key
        self.form = form
        words = _NUMERIC.get(key, {})
        self.values = [words.get(value, value) for value in values]


class Statement:
    """A rule.  ``changes`` are fields that it sets: ``meta mark`` → ``0x1``."""

    __slots__ = ("changes", "comment", "limit", "log", "matches", "target", "translation", "verdict")

    def __init__(self) -> None:
        self.matches: list[Match] = []
        self.changes: dict[str, Match] = {}
        self.verdict = ""
        self.target = ""
        """The chain of ``jump`` and ``goto``."""
        self.log = False
        self.comment = ""
        self.limit = 0
        """Bytes a second above which the rule holds."""
        self.translation: tuple[str, str, list[str]] | None = None
        """``snat`` or ``dnat``, the field that a map looks up (else empty), and the new addresses."""

    def one(self, key: str) -> Match | None:
        """The condition on that field."""
        return next((match for match in self.matches if match.key == key), None)


def parse(text: str) -> Statement:
    """`ValueError` or `LookupError` where there is a word that we do not know."""
    return _Parser(_TOKEN.findall(text)).run()


def elements(text: str) -> list[str]:
    """``elements = { a, b }`` → its elements."""
    tokens = _TOKEN.findall(text)
    parser = _Parser(tokens[tokens.index("{") :])
    return parser.values()


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.out = Statement()

    def next(self) -> str:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *words: str) -> bool:
        if tuple(self.tokens[self.at : self.at + len(words)]) != words:
            return False
        self.at += len(words)
        return True

    def run(self) -> Statement:
        while self.at < len(self.tokens):
            word = self.next()
            if self.out.verdict and word != "comment":
                raise ValueError("nothing comes after a verdict")
            if word in _BARE or (word in _SELECTORS and self.peek()):
                self.condition(word)
            elif word in _VERDICTS:
                self.out.verdict = word
            elif word in ("jump", "goto"):
                self.out.verdict, self.out.target = word, self.next()
            elif word in ("snat", "dnat"):
                self.translate(word)
            else:
                self.other(word)
        return self.out

    def other(self, word: str) -> None:
        if word == "counter":
            if self.take("packets"):
                self.at += 3
        elif word == "comment":
            self.out.comment = self.next().strip('"')
        elif word == "log":
            self.out.log = True
            while self.peek() in ("prefix", "level", "group", "snaplen", "queue-threshold"):
                self.at += 2
        elif word == "limit":
            self.limit()
        else:
            raise ValueError(word)

    def limit(self) -> None:
        if not self.take("rate", "over"):
            raise ValueError("limit")
        number, (unit, _, second) = int(self.next()), self.next().partition("/")
        if second != "second":
            raise ValueError(second)
        self.out.limit = number * _RATE_UNITS[unit]
        if self.take("burst"):
            self.at += 2

    def selector(self, word: str) -> str:
        """``ip saddr``, ``iifname``, ``icmp type . icmp code``."""
        if word not in _BARE:
            word += f" {self.next()}"
        if self.take("."):
            word += f" . {self.selector(self.next())}"
        return word

    def condition(self, word: str) -> None:
        key = self.selector(word)
        if key == "tcp option":
            key += f" {self.next()} {self.next()}"
        if key == "ct zone" or self.peek() == "set":
            if not self.take("set"):
                raise ValueError(key)
            self.out.changes[key] = self.value()
        elif key == "tcp flags":
            self.out.matches.append(self.flags())
        elif self.take("vmap"):
            self.out.matches.append(Match(key, "vmap", self.values()))
        else:
            form = "not" if self.take("!=") else "is"
            self.take("==")
            self.out.matches.append(Match(key, form, self.values()))

    def value(self) -> Match:
        """What a field is set to: a value, or the value that another field has in a map."""
        word = self.next()
        if word not in _BARE:
            return Match("", "is", [word])
        key = self.selector(word)
        if not self.take("map"):
            raise ValueError(key)
        return Match(key, "map", self.values())

    def values(self) -> list[str]:
        """``{ a, b . c }`` or ``a,b`` or ``a``."""
        if self.take("{"):
            end = self.tokens.index("}", self.at)
            words = self.tokens[self.at : end]
            self.at = end + 1
        else:
            words = [self.next()]
            while self.take(","):
                words += [",", self.next()]
        found: list[list[str]] = [[]]
        for word in words:
            if word == ",":
                found.append([])
            else:
                found[-1].append(word.strip('"'))
        return [" ".join(element) for element in found if element]

    def flags(self) -> Match:
        """``rst,ack`` or ``& (ack | rst) != 0``: any of them; ``syn / syn,rst`` and others are not that."""
        if not self.take("&"):
            found = self.values()
            if self.peek() in ("/", "&"):
                raise ValueError("tcp flags")
            return Match("tcp flags", "flags", found)
        words: list[str] = []
        while not self.take("!="):
            words += self.next().strip("()").replace("|", " ").split()
        if self.next() not in ("0", "0x0"):
            raise ValueError("tcp flags")
        return Match("tcp flags", "flags", words)

    def translate(self, word: str) -> None:
        """``snat ip to A-B``, ``snat ip prefix to ip saddr map { P : Q }``."""
        if self.peek() in ("ip", "ip6"):
            self.at += 1
        prefix = self.take("prefix")
        if not self.take("to"):
            raise ValueError(word)
        key = ""
        if prefix:
            key = self.selector(self.next())
            if not self.take("map"):
                raise ValueError(key)
        self.out.translation = (word, key, self.values())
