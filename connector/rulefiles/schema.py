"""The language as JSON Schema, so that editors complete its words and explain them."""

import copy
from collections.abc import Mapping
from typing import Any

from connector.rulefiles.shape import FileShape

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PARAMETER = {
    "type": "string",
    "pattern": r"^\$(\{[a-z][a-z0-9_]*\}|[a-z][a-z0-9_]*)$",
    "description": "The value of a parameter: $name",
}
SAME_FOR_ALL = frozenset({"ParameterShape", "ProjectShape", "NamesShape", "OverrideShape"})
"""Mappings that no parameter is put into."""
TYPED = frozenset({"type", "anyOf", "oneOf", "allOf", "enum", "const", "$ref"})
OVERRIDDEN = {"gates": "GateShape", "kpis": "KpiShape", "automations": "AutomationShape"}


def schema() -> dict[str, Any]:
    """The JSON Schema of a rule file, its short forms included."""
    made = _without_titles(FileShape.model_json_schema(by_alias=True))
    shapes = made["$defs"]
    for name, shape in shapes.items():
        if name not in SAME_FOR_ALL:
            _let_parameters_in(shape)
    for section, name in OVERRIDDEN.items():
        shapes[f"{name}Override"] = _partial(shapes[name])
        changed = {"anyOf": [{"enum": ["off", False]}, {"$ref": f"#/$defs/{name}Override"}]}
        held = shapes["OverrideShape"]["properties"][section]
        held["patternProperties"] = dict.fromkeys(held["patternProperties"], changed)
    shapes["ParameterShape"] = _or_default_alone(shapes["ParameterShape"])
    shapes["Parameter"] = PARAMETER
    return {"$schema": DRAFT, "title": "Rules of lifecycle-connector", **made}


def _without_titles(node: Any) -> Any:
    """The same without the titles that only repeat a key."""
    if isinstance(node, list):
        return [_without_titles(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _without_titles(one) for name, one in value.items()}
        if key == "properties"
        else _without_titles(value)
        for key, value in node.items()
        if key != "title" or not isinstance(value, str)
    } | ({"additionalProperties": False} if "patternProperties" in node else {})


def _let_parameters_in(shape: dict[str, Any]) -> None:
    """Every value but an id may be a parameter, whatever kind it is of otherwise."""
    for key, value in shape.get("properties", {}).items():
        if key != "id":
            shape["properties"][key] = _or_parameter(value)


def _or_parameter(value: dict[str, Any]) -> dict[str, Any]:
    inner = dict(value)
    for below in ("items", "additionalProperties"):
        if isinstance(inner.get(below), dict):
            inner[below] = _or_parameter(inner[below])
    if "patternProperties" in inner:
        inner["patternProperties"] = {key: _or_parameter(one) for key, one in inner["patternProperties"].items()}
    if _takes_any_text(inner) or "$ref" in inner:
        return inner
    kept: dict[str, Any] = {key: inner.pop(key) for key in ("description", "default", "examples") if key in inner}
    return {"anyOf": [*inner.pop("anyOf", [inner] if inner else []), {"$ref": "#/$defs/Parameter"}], **kept}


def _takes_any_text(value: Mapping[str, Any]) -> bool:
    if any(_takes_any_text(one) for one in value.get("anyOf", ())) or not value.keys() & TYPED:
        return True
    kinds = value.get("type", ())
    return "string" in ([kinds] if isinstance(kinds, str) else kinds) and not value.keys() & {"pattern", "enum"}


def _partial(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape as an override has it: any of the keys but the id, none of them needed."""
    found = copy.deepcopy(shape)
    found.pop("required", None)
    found["properties"].pop("id", None)
    return {**found, "minProperties": 1, "description": f"What is otherwise here. {found.get('description', '')}"}


def _or_default_alone(shape: dict[str, Any]) -> dict[str, Any]:
    return {"description": shape["description"], "anyOf": [shape, shape["properties"]["default"]]}
