"""Link blocks: their size, their bits, their halves; and IPv6 that is not what it looks like."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from generator.inventory.intent import AttachmentIntent, CustomerIntent, PeeringIntent
from generator.inventory.models import Attachment, Peering
from generator.inventory.security import Blocks
from generator.model.address import LinkAddress, Prefix
from generator.model.facts import Family
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Role
from generator.rules.base import Problem, rule
from generator.rules.places import registered, title

WHOLE: Final = {4: 29, 6: 125}
"""Length of a block for both links (ER-ADDR-01, ER-ADDR-02)."""
HALF: Final = {4: 30, 6: 126}
"""Length of a block for one link."""
POINT_TO_POINT: Final = {4: 31, 6: 127}
"""Also possible for a link that is not Microsoft's."""

WrittenBlock = tuple[DataPath, Family, Role | None, LinkAddress]
"""Place, family the key says, link (None: both), block."""


def written_blocks(path: DataPath, spec: Peering | Attachment) -> list[WrittenBlock]:
    """The link blocks of a peering or session as they are written."""
    found: list[WrittenBlock] = []
    families: tuple[tuple[Family, Blocks | None], ...] = ((4, spec.v4), (6, spec.v6))
    for family, blocks in families:
        if blocks is None:
            continue
        key = f"v{family}"
        if blocks.both is not None:
            found.append(((*path, key), family, None, blocks.both))
        if blocks.primary is not None:
            found.append(((*path, key, "primary"), family, Role.PRIMARY, blocks.primary))
        if blocks.secondary is not None:
            found.append(((*path, key, "secondary"), family, Role.SECONDARY, blocks.secondary))
    return found


@rule("INV-011", Severity.ERROR, source="ER-ADDR-01 ER-ADDR-02")
def block_size(peering: PeeringIntent) -> Iterator[Problem]:
    """A link block is a /29, or a /30 for each link; in IPv6 a /125, or a /126 for each.

    Why:
        Azure takes two networks of four addresses, one for each connection.  Blocks of other sizes cannot be
        entered there, and the addresses of the two ends do not follow from them.
    Fix:
        Give a /29 (or /125), which is split in two, or one /30 (or /126) for each link.
    Bad:
        v4: 192.168.1.0/28
    Good:
        v4: 192.168.1.0/29
    """
    spec = peering.spec
    if spec.v4 is None and spec.v6 is None:
        message = f"{title(peering)} has no link block, expected v4, v6 or both"
        yield Problem(message=message, path=peering.path, fix="add v4: a /29 of your own")
    for block in written_blocks(peering.path, spec):
        yield from _size(block, point_to_point=False)
    families: tuple[tuple[Family, Blocks | None], ...] = ((4, spec.v4), (6, spec.v6))
    for family, blocks in families:
        if blocks is not None:
            yield from _halves((*peering.path, f"v{family}"), family, blocks, list(peering.ends))


@rule("INV-011", Severity.ERROR, source="ER-ADDR-01 ER-ADDR-02")
def session_block_size(attachment: AttachmentIntent) -> Iterator[Problem]:
    """The link block of a session beside Azure's is a /29, or a /30 or /31 for each link; in IPv6 likewise.

    Why:
        The addresses of both ends follow from the block: the router has the first of each link, the other side
        the second.  Of a block of another size they do not.
    Fix:
        Give a /29 (or /125), which is split in two, or one /30 or /31 (/126 or /127) for each link.
    Bad:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/28}
    Good:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29}
    """
    spec = attachment.spec
    blocks = written_blocks(attachment.path, spec)
    if not blocks:
        message = f"session {attachment.name} has no link block, expected v4, v6 or both"
        yield Problem(message=message, path=attachment.path, fix="add v4: a /29 for both links, or a /30 for each")
    for block in blocks:
        yield from _size(block, point_to_point=True)


def _size(block: WrittenBlock, *, point_to_point: bool) -> Iterator[Problem]:
    path, family, role, link = block
    key = f"v{family}"
    if link.version != family:
        message = f"{key} {link} is an IPv{link.version} block, expected IPv{family}"
        yield Problem(message=message, path=path, fix=f"write it under v{link.version}")
        return
    length = link.network.prefixlen
    whole, half = WHOLE[family], HALF[family]
    if role is None:
        if length != whole:
            yield Problem(
                message=f"{key} {link} is a /{length}, expected a /{whole}, or a /{half} for each link",
                path=path,
                fix=f"give a /{whole}, or write {key}: {{primary: a /{half}, secondary: another /{half}}}",
            )
    elif length != half and not (point_to_point and length == POINT_TO_POINT[family]):
        yield Problem(
            message=f"{key} {link} of the {role.value} link is a /{length}, expected a /{half}",
            path=path,
            fix=f"give a /{half}",
        )


def _halves(path: DataPath, family: Family, blocks: Blocks, roles: list[Role]) -> Iterator[Problem]:
    """One block for both, or one for each link that there is; not a mixture."""
    given = {Role.PRIMARY: blocks.primary, Role.SECONDARY: blocks.secondary}
    if blocks.both is not None:
        for role, block in given.items():
            if block is not None:
                message = f"v{family} gives {blocks.both} for both links and {block} for the {role.value} one"
                yield Problem(message=f"{message}, expected either", path=(*path, role.value), fix="remove one of them")
        return
    for role in roles:
        if given[role] is None:
            message = f"v{family} has no block for the {role.value} link, expected a /{HALF[family]}"
            yield Problem(message=message, path=path, fix=f"add {role.value}: a /{HALF[family]} of its own")


@rule("INV-012", Severity.ERROR, source="ER-ADDR-05")
def host_bits(peering: PeeringIntent) -> Iterator[Problem]:
    """A link block of a peering is a network address.

    Why:
        192.168.1.4/29 is an address inside 192.168.1.0/29, not a block; the one who typed it may have meant
        another block.
    Fix:
        Write the network's first address.
    Bad:
        v4: 192.168.1.4/29
    Good:
        v4: 192.168.1.0/29
    """
    yield from _host_bits(peering.path, peering.spec)


@rule("INV-012", Severity.ERROR, source="ER-ADDR-05")
def session_host_bits(attachment: AttachmentIntent) -> Iterator[Problem]:
    """A link block of a session beside Azure's is a network address.

    Why:
        192.168.255.4/29 is an address inside 192.168.255.0/29, not a block; the one who typed it may have meant
        another block.
    Fix:
        Write the network's first address.
    Bad:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.4/29}
    Good:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29}
    """
    yield from _host_bits(attachment.path, attachment.spec)


def _host_bits(path: DataPath, spec: Peering | Attachment) -> Iterator[Problem]:
    for place, family, _, link in written_blocks(path, spec):
        if int(link) != int(link.network.network_address):
            message = f"v{family} {link} has host bits set, expected the network {link.network}"
            yield Problem(message=message, path=place, fix=f"write {link.network}, if that is the block meant")


@rule("INV-014", Severity.ERROR, source="ER-ADDR-05")
def separate_blocks(peering: PeeringIntent) -> Iterator[Problem]:
    """The two link blocks of a peering are different and do not overlap.

    Why:
        Each connection is a network of its own; with the same one on both, routers and Microsoft's edges have
        the same addresses twice.
    Fix:
        Give the secondary link the next /30 (or /126).
    Bad:
        v4: {primary: 192.168.1.0/30, secondary: 192.168.1.0/30}
    Good:
        v4: {primary: 192.168.1.0/30, secondary: 192.168.1.4/30}
    """
    yield from _same_blocks(peering.path, peering.spec)


@rule("INV-014", Severity.ERROR, source="ER-ADDR-05")
def separate_session_blocks(attachment: AttachmentIntent) -> Iterator[Problem]:
    """The two link blocks of a session beside Azure's are different and do not overlap.

    Why:
        Each link is a network of its own; with the same one on both, the same addresses are there twice.
    Fix:
        Give the secondary link the next /30 (or /126).
    Bad:
        ce: {asn: 64701, vlan: 701, v4: {primary: 192.168.255.0/30, secondary: 192.168.255.0/30}}
    Good:
        ce: {asn: 64701, vlan: 701, v4: {primary: 192.168.255.0/30, secondary: 192.168.255.4/30}}
    """
    yield from _same_blocks(attachment.path, attachment.spec)


def _same_blocks(path: DataPath, spec: Peering | Attachment) -> Iterator[Problem]:
    families: tuple[tuple[Family, Blocks | None], ...] = ((4, spec.v4), (6, spec.v6))
    for family, blocks in families:
        if blocks is None or blocks.primary is None or blocks.secondary is None:
            continue
        one, two = blocks.primary.network, blocks.secondary.network
        if one.version != two.version:
            continue
        # The longer one's first address lies in the shorter one, or they have nothing in common.
        shift = one.max_prefixlen - min(one.prefixlen, two.prefixlen)
        if int(one.network_address) >> shift == int(two.network_address) >> shift:
            after = int(one.broadcast_address) + 1
            fix = "give the secondary link a block of its own"
            if one == two and after < 1 << one.max_prefixlen:
                fix += f", such as {ip_network((after, one.prefixlen))}"
            yield Problem(
                message=f"v{family} {two} of the secondary link overlaps {one} of the primary, expected another network",
                path=(*path, f"v{family}", "secondary"),
                fix=fix,
                related=(Related((*path, f"v{family}", "primary")),),
            )


@rule("INV-017", Severity.ERROR, source="ER-ADDR-06")
def false_ula(customer: CustomerIntent) -> Iterator[Problem]:
    """IPv6 that is meant as a unique local address is one.

    Why:
        ``fd:2:1::`` reads like a unique local address (fc00::/7), but its first group is 00fd: space that
        nobody may use.  All four digits of the first group must be there.
    Fix:
        Write the first group in full: fd, and two digits of your random global id.
    Bad:
        onprem: ["fd:2:1::/48"]
    Good:
        onprem: ["fd00:2:1::/48"]
    """
    for path, prefixes in _prefix_lists(customer):
        for index, prefix in enumerate(prefixes):
            if prefix.version == 6:
                yield from _false_ula((*path, index), prefix, int(prefix.network_address))
    for path, prefix in _single_prefixes(customer):
        if prefix.version == 6:
            yield from _false_ula(path, prefix, int(prefix.network_address))
    for place, link in _links(customer):
        yield from _false_ula(place, link, int(link))


def _specs(customer: CustomerIntent) -> Iterator[tuple[DataPath, Peering | Attachment]]:
    for peering in customer.peerings():
        yield peering.path, peering.spec
    for attachment in customer.attachments:
        yield attachment.path, attachment.spec


def _links(customer: CustomerIntent) -> Iterator[tuple[DataPath, LinkAddress]]:
    """Every IPv6 link block of a customer that a person wrote."""
    for path, spec in _specs(customer):
        if spec.v6 is not None:
            for place, _, _, link in written_blocks(path, spec):
                if link.version == 6:
                    yield place, link


def _prefix_lists(customer: CustomerIntent) -> Iterator[tuple[DataPath, list[Prefix]]]:
    """Every list of prefixes of a customer that a person wrote."""
    spec, path = customer.spec, customer.path
    yield (*path, "onprem"), spec.onprem
    for number, vnet in enumerate(spec.vnets):
        yield (*path, "vnets", number, "prefixes"), vnet.prefixes
    if spec.internet is not None:
        yield (*path, "internet", "advertised"), spec.internet.advertised
        yield (*path, "internet", "pool"), spec.internet.pool
    for one in _specs(customer):
        for field in ("advertise", "accept"):
            prefixes: list[Prefix] | None = getattr(one[1], field)
            if prefixes:
                yield (*one[0], field), prefixes
    for peering in customer.peerings():
        for number, reach in enumerate(peering.spec.global_reach):
            yield (*peering.path, "global_reach", number, "prefixes"), reach.prefixes


def _single_prefixes(customer: CustomerIntent) -> Iterator[tuple[DataPath, Prefix]]:
    for peering in customer.peerings():
        if peering.spec.advertised_public_prefixes:
            yield from registered(peering)
    for number, vnet in enumerate(customer.vnets):
        for position, gateway in enumerate(vnet.gateways):
            if gateway.subnet is not None:
                yield (*customer.path, "vnets", number, "gateways", position, "subnet"), gateway.subnet


def _false_ula(path: DataPath, written: Prefix | LinkAddress, address: int) -> Iterator[Problem]:
    first = address >> 112
    if first in (0xFC, 0xFD) or 0xFC0 <= first <= 0xFDF:
        yield Problem(
            message=f"{written} is not a unique local address, expected a first group of four digits such as fd00",
            path=path,
            fix=f"write the first group with four digits: its value here is {first:04x}",
        )
