"""Intent and plan → the whole lab: surroundings, routers from their rendered files, and what makes each what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from generator.inventory.intent import Intent
from generator.lab.access import Access
from generator.lab.model import Device, DeviceRole, Program, Topology
from generator.lab.recast import lab_support
from generator.lab.sites import Fitting, Site
from generator.lab.surroundings import Surroundings
from generator.model.plan import DevicePlan, Plan
from generator.platforms.base import Boot
from generator.render.engine import renderer_of

Fit = Callable[[Site], Fitting]
Texts = Mapping[str, Mapping[str, str]]
"""Router → rendered file → text."""

PRIVATE_SYSCTLS: Final = {"net.ipv6.conf.all.accept_dad": "0", "net.ipv6.conf.default.accept_dad": "0"}
"""Of emulated devices: nobody else is on their wires, and waiting for duplicates costs a second a boot."""


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """A topology, and what it was made of: proofs compare the one with the other."""

    topology: Topology
    intent: Intent
    plan: Plan
    sites: dict[str, Site]


def rendered(plan: Plan) -> dict[str, dict[str, str]]:
    """The files of every router, as ``render`` writes them."""
    return {
        name: {artifact.file.name: artifact.text for artifact in renderer_of(device.platform).render(device)}
        for name, device in plan.devices.items()
    }


def build(name: str, intent: Intent, plan: Plan, *, fit: Fit, access: Access, texts: Texts | None = None) -> Built:
    """The lab of an inventory.  ``texts``: what the routers are booted with, where it is not what the plan renders."""
    texts = rendered(plan) if texts is None else texts
    around = Surroundings(intent, frozenset(plan.devices))
    around.build()
    devices: dict[str, Device] = {}
    for draft in around.wiring.drafts.values():
        bare = draft.finished()
        if draft.role is DeviceRole.ROUTER:
            devices[draft.name] = _router(bare, plan.devices[draft.name], texts[draft.name], access)
        elif draft.name in around.sites:
            devices[draft.name] = _fitted(bare, fit(around.sites[draft.name]))
        else:
            devices[draft.name] = bare
    topology = Topology(
        name=name,
        devices=devices,
        links=tuple(around.wiring.links),
        unproven=tuple(_unproven(intent, plan, around.unproven)),
    )
    return Built(topology=topology, intent=intent, plan=plan, sites=around.sites)


def _router(bare: Device, plan: DevicePlan, texts: Mapping[str, str], access: Access) -> Device:
    """From exactly the rendered files, and an SSH server that is reached without any of its networks."""
    found: Boot = lab_support(plan.platform).boot(texts)
    steps = [Program(argv=one.argv, title=one.title, wait=one.wait, needs=one.needs) for one in found.steps]
    return msgspec.structs.replace(
        bare,
        title=plan.title,
        files={**found.files, **access.server_files(bare.name)},
        owned=dict(found.owned),
        empty=(*found.empty, *access.hidden),
        programs=(*access.programs, *steps),
    )


def _fitted(bare: Device, fitting: Fitting) -> Device:
    return msgspec.structs.replace(
        bare,
        interfaces=(*bare.interfaces, *fitting.interfaces),
        files=fitting.files,
        public=fitting.public,
        owned=fitting.owned,
        empty=fitting.empty,
        programs=fitting.programs,
        sysctls={**PRIVATE_SYSCTLS, **fitting.sysctls},
    )


def _unproven(intent: Intent, plan: Plan, found: list[str]) -> list[str]:
    """What is in the plan and has no place in a lab of Linux machines."""
    told = list(found)
    if any(device.facts.macsec for device in plan.devices.values()):
        told.append("MACsec: the wires of the lab are not encrypted")
    if any(pair.state_sync and set(pair.firewalls) <= set(plan.devices) for pair in intent.inventory.pairs.values()):
        told.append("state synchronisation of the firewalls: each knows its own sessions only")
    return told
