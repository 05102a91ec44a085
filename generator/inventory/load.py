"""Plain values → `Inventory`, every deviation from the schema reported at once."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.inventory.models import Inventory
from generator.model.finding import DataPath, Finding, Severity

EXPLAIN: dict[str, tuple[str, str]] = {
    "SCH-001": (
        "unknown key",
        "the schema has no such key here; see `peerwright schema` and the nearest name in the finding",
    ),
    "SCH-002": ("missing value", "a value that has no default must be given"),
    "SCH-003": ("wrong type or form", "the value is of another type than the key takes"),
    "SCH-004": ("dangling reference", "a router, pair or provider is named that the inventory does not define"),
    "SCH-005": ("unusable layout", "what the inventory describes cannot be put on the routers as it is"),
    "SEC-001": ("secret cannot be resolved", "set the environment variable or write the file that the reference names"),
}
"""Ids of what is found before the rules run: title and advice."""


_Model = TypeVar("_Model", bound=BaseModel)


def validate(data: dict[str, object]) -> tuple[Inventory | None, list[Finding]]:
    """The inventory, or None and why not."""
    return validate_as(Inventory, data)


def validate_as(model: type[_Model], data: dict[str, object]) -> tuple[_Model | None, list[Finding]]:
    """What a file of another schema says, or None and why not."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_finding(detail, data, model) for detail in error.errors(include_url=False, include_input=False)]


def _finding(detail: ErrorDetails, data: dict[str, object], model: type[BaseModel]) -> Finding:
    path = _data_path(detail["loc"], data)
    kind = detail["type"]
    name = _name(path)
    if kind == "extra_forbidden":
        near = get_close_matches(name, _keys_at(detail["loc"][:-1], model), n=1)
        hint = f"did you mean {near[0]}?" if near else "remove it, or see `peerwright schema` for the keys there are"
        return Finding(
            rule="SCH-001", severity=Severity.ERROR, message=f"unknown key {name!r}", path=path, fix=hint, on_key=True
        )
    if kind == "missing":
        return Finding(
            rule="SCH-002",
            severity=Severity.ERROR,
            message=f"{name} is missing",
            path=path,
            fix=f"add {name}: it has no default",
        )
    said, advice = _WORDS.get(kind, ("", "correct the value"))
    message = said or detail["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return Finding(rule="SCH-003", severity=Severity.ERROR, message=f"{name}: {message}", path=path, fix=advice)


def _name(path: DataPath) -> str:
    """``azure_vlan``, and ``onprem[1]`` for an item of a list."""
    if not path:
        return "inventory"
    if isinstance(path[-1], int) and len(path) > 1:
        return f"{path[-2]}[{path[-1]}]"
    return str(path[-1])


_KEYS = ("expected keys and values", "write keys and values, indented below it")

_WORDS: dict[str, tuple[str, str]] = {
    "int_type": ("expected a whole number", "write a whole number, without quotes"),
    "bool_type": ("expected true or false", "write true or false"),
    "string_type": ("expected text", "write text; put digits in quotes"),
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "list_type": ("expected a list", "write a list: one `- item` a line, or [a, b]"),
    "literal_error": ("", "write one of the values named"),
    "too_short": ("expected at least one", "give at least one"),
    "too_long": ("", "leave out what is too many"),
}
"""Pydantic's type of an error → what is said (empty: pydantic's own words), and the advice."""


def _data_path(loc: tuple[int | str, ...], data: object) -> DataPath:
    """Pydantic's place → the place in the data: what pydantic added (union members, both links) is left out."""
    path: list[int | str] = []
    here: Any = data
    for part in loc:
        inside = part in here if isinstance(here, dict) else isinstance(here, list) and part in range(len(here))
        if inside:
            here = here[part]
            path.append(part)
        elif isinstance(here, dict) and part == loc[-1]:
            path.append(part)
    return tuple(path)


def _keys_at(loc: tuple[int | str, ...], model: type[BaseModel]) -> list[str]:
    """The keys the schema knows at a place, by walking the model classes."""
    models: list[type[BaseModel]] = [model]
    for part in loc:
        step: list[type[BaseModel]] = []
        for one in models:
            field = one.model_fields.get(str(part))
            step += _models_in(field.annotation) if field is not None else []
        models = step or models
    return sorted({name for one in models for name in one.model_fields})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    found: list[type[BaseModel]] = []
    for argument in getattr(annotation, "__args__", ()):
        found += _models_in(argument)
    return found
