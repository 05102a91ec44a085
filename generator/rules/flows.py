"""Flows: names that lead somewhere, nothing written twice, and nothing opened that nobody needs."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.flows import WORDS, End, FlowIntent
from generator.inventory.intent import CustomerIntent, Intent
from generator.inventory.services import KNOWN, parse
from generator.model.address import Prefix
from generator.model.filters import ANY
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.flow_cover import covered_by_all, covers, same

MOST_COMPARED = 300
"""Flows of a customer that are compared with each other."""


def _written(customer: CustomerIntent) -> list[tuple[DataPath, list[FlowIntent]]]:
    """The flows a person wrote, each with what it became; none where the default holds."""
    if not customer.spec.flows:
        return []
    found: dict[DataPath, list[FlowIntent]] = {
        (*customer.path, "flows", at): [] for at in range(len(customer.spec.flows))
    }
    for flow in customer.flows:
        found[flow.path].append(flow)
    return list(found.items())


@rule("INV-076", Severity.WARNING, source="FW-PLACE-07")
def duplicate_flow(customer: CustomerIntent) -> Iterator[Problem]:
    """No flow is written twice.

    Why:
        The second one changes nothing, and whoever takes the first away later believes the door closed.
    Fix:
        Remove one of the two.
    Bad:
        flows:
          - {from: onprem, to: vnets, services: https}
          - {from: 10.0.0.0/16, to: vnets, services: tcp/443}
    Good:
        flows:
          - {from: onprem, to: vnets, services: https}
          - {from: onprem, to: vnets, services: ssh}
    """
    for path, other in _duplicates(customer).items():
        yield Problem(
            message=f"flow {path[-1]} of customer {customer.name} lets through exactly what flow {other[-1]} does",
            path=path,
            fix="remove one of the two",
            related=(Related(other, note="the first one"),),
        )


def _duplicates(customer: CustomerIntent) -> dict[DataPath, DataPath]:
    """Flow → the first one that is the same."""
    written = _written(customer)[:MOST_COMPARED]
    found: dict[DataPath, DataPath] = {}
    for at, (path, flows) in enumerate(written):
        for earlier, others in written[:at]:
            if flows and len(flows) == len(others) and all(map(same, flows, others)):
                found[path] = earlier
                break
    return found


@rule("INV-077", Severity.WARNING, source="FW-PLACE-07")
def shadowed_flow(customer: CustomerIntent) -> Iterator[Problem]:
    """No flow lets through only what others let through already.

    Why:
        It changes nothing; either the wider one is wider than was meant, or this one is left over.
    Fix:
        Narrow the wider flow, or remove this one.
    Bad:
        flows:
          - {from: onprem, to: vnets, services: [https, ssh]}
          - {from: 10.0.4.0/24, to: vnets, services: ssh}
    Good:
        flows:
          - {from: onprem, to: vnets, services: https}
          - {from: 10.0.4.0/24, to: vnets, services: ssh}
    """
    written = _written(customer)[:MOST_COMPARED]
    if len(written) < 2:
        return
    # What is found too many does not count for the others: all that is found can be removed at once.
    gone = set(_duplicates(customer))
    for at, (path, flows) in enumerate(written):
        if path in gone or not flows or not all(map(_has_prefixes, flows)):
            continue
        others = [(place, one) for place, ones in written if place != path and place not in gone for one in ones]
        wider = _wider(flows, others, at)
        if wider is None:
            continue
        gone.add(path)
        numbers = [str(place[-1]) for place in wider]
        which = (
            f"flow {numbers[0]}" if len(numbers) == 1 else f"flows {', '.join(numbers[:-1])} and {numbers[-1]} together"
        )
        yield Problem(
            message=f"flow {path[-1]} of customer {customer.name} lets through nothing that "
            f"{which} {'does' if len(numbers) == 1 else 'do'} not let through",
            path=path,
            fix="remove it, or narrow the wider one",
            related=tuple(Related(place, note="wider") for place in wider[:8]),
        )


def _wider(flows: list[FlowIntent], others: list[tuple[DataPath, FlowIntent]], at: int) -> list[DataPath] | None:
    """The flows by which all of one passes anyway; those before it may do so together.  A flow that logs has a purpose
    beside a wider one that does not, unless that one comes first."""
    found: dict[DataPath, None] = {}
    for flow in flows:
        useful = [(place, one) for place, one in others if one.log or not flow.log or int(place[-1]) < at]
        # Of two that let through the same in other words, the later one is too many.
        single = next(
            (place for place, one in useful if covers(one, flow) and (int(place[-1]) < at or not covers(flow, one))),
            None,
        )
        if single is not None:
            found[single] = None
            continue
        before = [(place, one) for place, one in useful if int(place[-1]) < at]
        if not covered_by_all(flow, [one for _, one in before]):
            return None
        found.update((place, None) for place, one in before if _touches(one, flow))
    return list(found)


def _touches(one: FlowIntent, other: FlowIntent) -> bool:
    """Whether two flows have traffic in common, as far as addresses tell."""
    return (
        one.domain is other.domain
        and one.inbound is other.inbound
        and _meet(one.source, other.source)
        and _meet(one.destination, other.destination)
    )


def _meet(one: End, other: End) -> bool:
    return one.anywhere or other.anywhere or any(_overlaps(prefix, other.prefixes) for prefix in one.prefixes)


def _overlaps(prefix: Prefix, others: tuple[Prefix, ...] | list[Prefix]) -> bool:
    return any(prefix.version == other.version and prefix.overlaps(other) for other in others)


@rule("INV-078", Severity.ERROR, source="FW-PLACE-07")
def broken_flow(customer: CustomerIntent) -> Iterator[Problem]:
    """Names and services in flows are known, and each flow crosses a peering.

    Why:
        A flow that leads nowhere opens nothing: what was to pass is dropped, and nothing in the config says why.
    Fix:
        Write onprem, vnets, microsoft, internet, published, a name of networks or of a VNet, or a prefix; services by
        name or as tcp/8443, udp/5000-5010, icmp, protocol/47.
    Bad:
        flows:
          - {from: onprm, to: vnets, services: https}
    Good:
        flows:
          - {from: onprem, to: vnets, services: https}
    """
    for broken in customer.broken_flows:
        yield Problem(message=f"{broken.message} (customer {customer.name})", path=broken.path, fix=broken.fix)
    told = {broken.path[: len(customer.path) + 2] for broken in customer.broken_flows}
    for path, flows in _written(customer):
        if path not in told and not any(_has_prefixes(one) for one in flows):
            yield Problem(
                message=f"flow {path[-1]} of customer {customer.name} has no prefixes at one end, some at both were expected",
                path=path,
                fix="describe onprem, the VNets or advertised_public_prefixes, or name another network",
            )
    vnets = {vnet.name for vnet in customer.vnets if vnet.name}
    for name in customer.spec.networks:
        other = "a word with a meaning" if name.strip().lower() in WORDS else "a VNet's name" if name in vnets else ""
        if other:
            yield Problem(
                message=f"network {name!r} of customer {customer.name} has {other}, another name was expected",
                path=(*customer.path, "networks", name),
                fix="choose another name",
                on_key=True,
            )
    for at, vnet in enumerate(customer.vnets if customer.spec.flows else ()):
        if vnet.name is not None and vnet.name.strip().lower() in WORDS:
            yield Problem(
                message=f"VNet {vnet.name!r} of customer {customer.name} has a word with a meaning in flows, "
                "another name was expected",
                path=(*customer.path, "vnets", at, "name"),
                fix="choose another name",
            )


def _has_prefixes(flow: FlowIntent) -> bool:
    return all(end.anywhere or end.prefixes for end in (flow.source, flow.destination))


@rule("INV-078", Severity.ERROR, source="FW-PLACE-07")
def own_services(intent: Intent) -> Iterator[Problem]:
    """Services of one's own have names of their own, and stand for forms that are known.

    Why:
        A name that the table has too would mean something else here than everywhere; one that stands for nothing opens
        nothing.
    Fix:
        Choose another name, and write names of the table, tcp/8443, udp/5000-5010, icmp or protocol/47 for it.
    Bad:
        services: {https: [tcp/8443]}
    Good:
        services: {erp: [https, tcp/8443]}
    """
    for name, forms in intent.inventory.services.items():
        path: DataPath = ("services", name)
        if name.strip().lower() in KNOWN or parse(name) is not None:
            yield Problem(
                message=f"service {name!r} is in the table already, another name was expected",
                path=path,
                fix="choose another name",
                on_key=True,
            )
        if not forms:
            yield Problem(
                message=f"service {name!r} stands for nothing, such as tcp/8443 was expected",
                path=path,
                fix="write what it stands for",
                on_key=True,
            )
        for at, form in enumerate(forms):
            if form.strip().lower() not in KNOWN and parse(form) is None:
                yield Problem(
                    message=f"service {name!r} stands for {form!r}, which is not known",
                    path=(*path, at) if len(forms) > 1 else path,
                    fix="write a name of the table, tcp/8443, udp/5000-5010, icmp or protocol/47",
                )


@rule("INV-079", Severity.WARNING, source="FW-SPOOF-01 ER-DEF-01")
def carried(customer: CustomerIntent) -> Iterator[Problem]:
    """A peering of the customer carries what a flow lets through.

    Why:
        A flow to Microsoft's services without Microsoft peering, to the Internet without forced tunnelling, or for
        prefixes that no peering announces or accepts, is for traffic that never comes.
    Fix:
        Add the peering, the announcement or the VNet, or remove the flow.
    Bad:
        flows:
          - {from: onprem, to: microsoft, services: https}
    Good:
        flows:
          - {from: onprem, to: vnets, services: https}
    """
    if not customer.spec.flows:
        return
    for path, flows in _written(customer):
        for flow in flows:
            wrong = _not_carried(customer, flow)
            if wrong:
                yield Problem(message=f"flow {path[-1]} of customer {customer.name} {wrong}", path=path)
                break


def _not_carried(customer: CustomerIntent, flow: FlowIntent) -> str:
    """Why no peering carries a flow; empty: one does."""
    peerings = list(customer.peerings())
    if flow.domain is Domain.MICROSOFT:
        there = any(one.domain is Domain.MICROSOFT for one in peerings)
        return "" if there else "is for Microsoft's services, and there is no Microsoft peering"
    inner = [one for one in peerings if one.domain is Domain.PRIVATE or one.ipsec is not None]
    if not inner:
        return "is for VNets, and there is neither private peering nor a tunnel"
    azure, home = (flow.source, flow.destination) if flow.inbound else (flow.destination, flow.source)
    if home.anywhere and not any(one.spec.forced_tunnelling for one in inner):
        return "is for the Internet, and no private peering has forced_tunnelling"
    accepted = [prefix for one in inner for prefix in (*one.accept, *(one.ipsec.accept if one.ipsec else ()))]
    for prefix in azure.prefixes:
        if not _overlaps(prefix, accepted):
            return f"is for {prefix}, which no peering accepts"
    sent = {prefix for one in inner for ones in one.announce.values() for prefix in ones}
    sent |= {prefix for one in inner if one.ipsec is not None for prefix in one.ipsec.announce}
    for prefix in home.prefixes:
        if not _overlaps(prefix, list(sent)):
            return f"is for {prefix}, which no peering announces"
    return ""


@rule("INV-080", Severity.WARNING, source="SMP-E13 ER-PEER-07")
def wide_open(customer: CustomerIntent) -> Iterator[Problem]:
    """A flow that is written names services, where it is open to Microsoft or between whole networks.

    Why:
        Microsoft peering is open for connections from all of Microsoft's customers; and a flow of every service between
        everything at home and everything in Azure is no firewall at all.
    Fix:
        Name the services that are used, or the prefixes that use them.
    Bad:
        flows:
          - {from: onprem, to: vnets, services: any}
    Good:
        flows:
          - {from: onprem, to: vnets, services: [https, dns]}
    """
    for path, flows in _written(customer):
        for flow in flows:
            if not any(one.protocol == ANY for one in flow.services):
                continue
            from_microsoft = flow.domain is Domain.MICROSOFT and flow.inbound
            if from_microsoft or (_whole(customer, flow.source) and _whole(customer, flow.destination)):
                what = "from Microsoft's services" if from_microsoft else "between everything at home and in Azure"
                yield Problem(
                    message=f"flow {path[-1]} of customer {customer.name} opens every service {what}, some were expected",
                    path=path,
                    fix="write services: [...], those that are used",
                )
                break


def _whole(customer: CustomerIntent, end: End) -> bool:
    """Whether an end is everything on its side: anywhere, all that is at home, or all VNets."""
    if end.anywhere or any(not prefix.prefixlen for prefix in end.prefixes):
        return True
    everything = (
        [prefix for vnet in customer.vnets for prefix in vnet.prefixes] if end.azure else list(customer.spec.onprem)
    )
    return bool(everything) and set(everything) <= set(end.prefixes)
