"""Write ``schema/<version>.graphql``: of Shopify's schema only what our documents touch.

Run by hand: ``python -m tests.shops.shopify.reduce FOLDER``, where FOLDER holds Shopify's own
introspection files (``admin_<version>.json.gz``). Bare facts of structure: names, types, what is
required, values of enumerations; nothing that is told about them.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    get_named_type,
    parse,
    specified_directives,
    visit,
)

from gateway.channels.shops.shopify.documents import DOCUMENTS
from gateway.channels.shops.shopify.hooks import TOPICS
from gateway.config.shops.shopify import VERSIONS

SCHEMAS = Path(__file__).parent / "schema"
INPUTS = (
    "FulfillmentInput", "FulfillmentOrderLineItemsInput", "FulfillmentOrderLineItemInput",
    "FulfillmentTrackingInput", "InventorySetQuantitiesInput", "InventoryQuantityInput",
    "MetafieldsSetInput", "ProductUpdateInput", "ProductVariantsBulkInput",
    "WebhookSubscriptionInput",
)  # fmt: skip
"""Inputs that are sent; a field of any other input is left out, for we never fill it."""
MANY = 60
"""Values that a kept enumeration may have; of a longer one only those that we send are kept."""
SENT = {"WebhookSubscriptionTopic": TOPICS}
BUILT_IN = ("String", "Int", "Float", "Boolean", "ID")


def original(folder: Path, version: str) -> GraphQLSchema:
    """Shopify's own schema of a version. It breaks rules of newer GraphQL that do not matter."""
    with gzip.open(folder / f"admin_{version}.json.gz") as file:
        told = json.load(file)
    return build_client_schema(told.get("data", told), assume_valid=True)


class _Touched(Visitor):
    """Which fields of which types documents use, and which types they name."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.fields: dict[str, set[str]] = {}
        self.types: dict[str, GraphQLNamedType] = {}

    def note(self, kind: Any) -> None:
        named = get_named_type(kind)
        if named is not None:
            self.types[named.name] = named

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, told = self.info.get_parent_type(), self.info.get_field_def()
        if parent is None or told is None or node.name.value.startswith("__"):
            return
        self.note(parent)
        self.note(told.type)
        self.fields.setdefault(parent.name, set()).add(node.name.value)
        for argument in told.args.values():
            self.note(argument.type)

    def enter_inline_fragment(self, *_: Any) -> None:
        self.note(self.info.get_type())


def reduced(schema: GraphQLSchema, documents: list[DocumentNode]) -> str:
    """The part of a schema that documents touch, as text."""
    info = TypeInfo(schema)
    touched = _Touched(info)
    for document in documents:
        visit(document, TypeInfoVisitor(info, touched))
    for name in INPUTS:
        kind = schema.type_map.get(name)
        if isinstance(kind, GraphQLInputObjectType):
            touched.note(kind)
            for field in kind.fields.values():
                if not isinstance(get_named_type(field.type), GraphQLInputObjectType):
                    touched.note(field.type)
    known = {name for name in touched.types if not isinstance(schema.type_map[name],
             GraphQLInputObjectType) or name in INPUTS}  # fmt: skip
    parts = [_written(touched.types[name], touched.fields, known) for name in sorted(known)]
    standard = {directive.name for directive in specified_directives}
    for directive in schema.directives:
        if directive.name not in standard:
            arguments = ", ".join(f"{name}: {arg.type}" for name, arg in directive.args.items())
            places = " | ".join(location.name for location in directive.locations)
            parts.append(f"directive @{directive.name}({arguments}) on {places}")
    roots = f"query: {schema.query_type}\n  mutation: {schema.mutation_type}"
    return f"schema {{\n  {roots}\n}}\n\n" + "\n\n".join(filter(None, parts)) + "\n"


def _written(kind: GraphQLNamedType, fields: dict[str, set[str]], known: set[str]) -> str:
    if isinstance(kind, GraphQLEnumType):
        values = list(kind.values)
        if len(values) > MANY:
            values = [value for value in values if value in SENT.get(kind.name, ())] or values[:1]
        return f"enum {kind.name} {{\n  " + "\n  ".join(values) + "\n}"
    if isinstance(kind, GraphQLUnionType):
        return f"union {kind.name} = " + " | ".join(
            sorted(one.name for one in kind.types if one.name in known)
        )
    if isinstance(kind, GraphQLInputObjectType):
        told = [
            f"{name}: {field.type}"
            for name, field in kind.fields.items()
            if get_named_type(field.type).name in known
        ]
        return f"input {kind.name} {{\n  " + "\n  ".join(told) + "\n}"
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return _composite(kind, fields.get(kind.name, set()), known)
    return "" if kind.name in BUILT_IN else f"scalar {kind.name}"


def _composite(
    kind: GraphQLObjectType | GraphQLInterfaceType, used: set[str], known: set[str]
) -> str:
    word = "interface" if isinstance(kind, GraphQLInterfaceType) else "type"
    above = [one.name for one in kind.interfaces if one.name in known]
    lines = []
    for name in sorted(used) or ["id"]:
        field = kind.fields.get(name)
        if field is None:
            continue
        arguments = ", ".join(
            f"{key}: {arg.type}"
            for key, arg in field.args.items()
            if get_named_type(arg.type).name in known
        )
        lines.append(f"{name}({arguments}): {field.type}" if arguments else f"{name}: {field.type}")
    implements = f" implements {' & '.join(above)}" if above else ""
    return f"{word} {kind.name}{implements} {{\n  " + "\n  ".join(lines) + "\n}"


def main() -> None:
    """Write the extracts of all versions."""
    folder = Path(sys.argv[1])
    documents = [parse(text) for text in DOCUMENTS.values()]
    SCHEMAS.mkdir(exist_ok=True)
    for version in VERSIONS:
        text = reduced(original(folder, version), documents)
        (SCHEMAS / f"{version}.graphql").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
