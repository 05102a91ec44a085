"""The other end, for people (Markdown) and for programs (JSON; the keys are those of `generator.handover.document`)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from generator.handover import HandoverDocument
from generator.report.handover_circuit import circuit_text
from generator.report.handover_vnet import vnet_text
from generator.report.handover_vpn import vpn_text
from generator.report.json import dumped
from generator.report.markdown import plain, section, wrapped


def handover_json(document: HandoverDocument) -> str:
    """The document as a JSON text that ends with a line end."""
    return dumped(msgspec.to_builtins(document))


def handover_markdown(document: HandoverDocument) -> str:
    """The document in the order in which the work is done."""
    blocks = [
        _head(document),
        section("What to do, in this order", *_steps(document)),
        *(circuit_text(one) for one in document.circuits),
        *(vnet_text(one) for one in document.vnets),
        *(vpn_text(one) for one in document.vpns),
    ]
    return "\n".join(block for block in blocks if block)


def _head(document: HandoverDocument) -> str:
    owner = f" of {plain(document.inventory)}" if document.inventory else ""
    model = document.model.replace("_", "-")
    lines = [
        f"Customer {plain(document.customer)}{owner}, {model}: what is entered in Azure and ordered from the exchange",
        "provider, so that it matches the routers. Sections named Azure follow the portal's forms. Keys are named, never",
        "shown: `file:` counts from the inventory's folder, `env:` is a variable; •••• is a key in the inventory itself.",
    ]
    text = "\n".join(lines) + "\n"
    if document.lab:
        text += "\nThis inventory is a lab (meta.lab): Azure refuses its documentation addresses and AS numbers.\n"
    return section(f"Handover: {plain(document.name)}", text, level=1)


def _steps(document: HandoverDocument) -> Iterator[str]:
    """Numbered through, with a line for each circuit that they belong to."""
    before: str | None = None
    lines: list[str] = []
    for number, step in enumerate(document.steps, 1):
        if step.circuit != before:
            if lines:
                yield "".join(lines)
            lines = []
            yield f"{'Circuit ' + plain(step.circuit) if step.circuit else 'Then'}:\n"
            before = step.circuit
        lines.append(wrapped(f"{plain(step.do)} ({step.rule})", f"{number}. "))
    yield "".join(lines)
