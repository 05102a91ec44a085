"""Scalars with a meaning, as the inventory writes them: parsed and validated in one place.

Each raises `ValueError` with a message that ends the sentence "…: <value>"; what depends on other
values (a link block of the wrong size, a forbidden AS number) is left to the rules, which can explain it.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema

from generator.model.address import Address, LinkAddress, Prefix, parse_address, parse_link, parse_prefix
from generator.model.asn import parse_asn


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{what} is expected, not {value!r}")
    return value


def _prefix(value: object) -> Prefix:
    text = _text(value, "a prefix such as 10.0.0.0/16")
    if "/" not in text:
        raise ValueError(f"{text!r} has no prefix length; write it as {text}/32 or with the length that is meant")
    try:
        return parse_prefix(text)
    except ValueError:
        pass
    try:
        network = parse_link(text).network
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 or IPv6 prefix") from None
    raise ValueError(f"{text!r} has host bits set; the network is {network}")


def _link(value: object) -> LinkAddress:
    text = _text(value, "a link block such as 172.31.0.0/29")
    if "/" not in text:
        raise ValueError(f"{text!r} has no prefix length; a link block is a /29 or /30, or a /125 or /126")
    try:
        return parse_link(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 or IPv6 prefix") from None


def _address(value: object) -> Address:
    text = _text(value, "an address")
    try:
        return parse_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an IPv4 or IPv6 address") from None


def _router_id(value: object) -> IPv4Address:
    address = _address(value)
    if not isinstance(address, IPv4Address):
        raise ValueError(f"a router id has the form of an IPv4 address, not {str(address)!r}")
    return address


def _asn(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value <= 4294967295:
            return value
        raise ValueError(f"AS number {value} is outside 0..4294967295")
    text = _text(value, "an AS number")
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        raise ValueError(f"{text!r} is not an AS number; write 64600, or 1.10 in asdot form")
    return parse_asn(text)


def _ethertype(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = _text(value, "an ethertype such as 0x8100")
    try:
        return int(text, 16)
    except ValueError:
        raise ValueError(f"{text!r} is not an ethertype such as 0x8100") from None


def _as_list(value: object) -> object:
    """One value where a list may stand is a list of one."""
    return value if isinstance(value, list) or value is None else [value]


_PREFIX: Final = {"type": "string", "description": "IPv4 or IPv6 prefix, no host bits", "examples": ["10.0.0.0/16"]}

PrefixField = Annotated[Any, PlainValidator(_prefix), WithJsonSchema(_PREFIX)]
LinkField = Annotated[
    Any,
    PlainValidator(_link),
    WithJsonSchema({"type": "string", "description": "link block", "examples": ["172.31.0.0/29"]}),
]
AddressField = Annotated[
    Any, PlainValidator(_address), WithJsonSchema({"type": "string", "description": "IPv4 or IPv6 address"})
]
RouterIdField = Annotated[
    Any, PlainValidator(_router_id), WithJsonSchema({"type": "string", "description": "router id, as an IPv4 address"})
]
AsnField = Annotated[
    int,
    PlainValidator(_asn),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 4294967295}, {"type": "string"}]}),
]
EthertypeField = Annotated[
    int, PlainValidator(_ethertype), WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})
]
SecretField = Annotated[str, Field(description="env:NAME or file:PATH; clear text works and warns (INV-068)")]
PrefixListField = Annotated[
    list[PrefixField], BeforeValidator(_as_list, json_schema_input_type=list[PrefixField] | PrefixField)
]
AddressListField = Annotated[
    list[AddressField], BeforeValidator(_as_list, json_schema_input_type=list[AddressField] | AddressField)
]
TextListField = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=list[str] | str)]
