"""Whatever is sent to Shopify in tests is checked against the extracts of its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from gateway.channels.shops.recording import Call, ScriptedSession
from gateway.channels.shops.session import Answer, ShopError
from gateway.channels.shops.shopify.client import ShopifyStore, connect
from gateway.config.shops import Shop

HERE = Path(__file__).parent
ORDERS = sorted((HERE / "orders").glob("*.json"))
NOW = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)


@cache
def extract(version: str) -> GraphQLSchema:
    """Of the schema of a version what our documents touch (see ``reduce.py``)."""
    return build_schema((HERE / "schema" / f"{version}.graphql").read_text("utf-8"), True)


def shop(**settings: Any) -> Shop:
    """A store; settings of its group, ``send`` and ``poll`` of the shop."""
    whole = {name: settings.pop(name) for name in ("send", "poll") if name in settings}
    group = {"url": "https://tea.example.com", "token": "${env:TEA_TOKEN}", **settings}
    return Shop.model_validate(
        {"shop": "tea", "name": "Tea", "kind": "shopify", "shopify": group, **whole}
    )


def store(*answers: Any, **settings: Any) -> tuple[ShopifyStore, CheckedSession]:
    """A connector whose calls are checked; an answer is the ``data`` of one, or an error."""
    session = CheckedSession(*answers)
    made = connect(shop(**settings), lambda _secret: "never asked", lambda: NOW, session)
    assert isinstance(made, ShopifyStore)
    return made, session


class CheckedSession(ScriptedSession):
    """Answers in order; refuses a call that Shopify's schema does not allow."""

    def __init__(self, *answers: Mapping[str, Any] | ShopError | Answer) -> None:
        super().__init__(*(_answer(one) for one in answers))

    def call(self, *args: Any, **kwargs: Any) -> Answer:
        """The next answer, for a call that is right."""
        method, path = args
        version = path.removeprefix("/admin/api/").removesuffix("/graphql.json")
        assert method == "POST" and path == f"/admin/api/{version}/graphql.json"
        sent = kwargs["json"]
        schema, document = extract(version), _parsed(sent["query"])
        assert not validate(schema, document)
        operation = operation_of(document)
        found = get_variable_values(schema, operation.variable_definitions or (), sent["variables"])
        assert not getattr(found, "errors", None) and not isinstance(found, list), found
        return super().call(*args, **kwargs)

    @property
    def variables(self) -> list[dict[str, Any]]:
        """What was asked for, call by call."""
        return [one.json()["variables"] for one in self.calls]

    @property
    def operations(self) -> list[str]:
        """The names of what was asked."""
        return [name_of(one) for one in self.calls]


def name_of(call: Call) -> str:
    """``Orders`` of a call with ``query Orders(…)``."""
    operation = operation_of(_parsed(call.json()["query"]))
    return operation.name.value if operation.name else ""


def _answer(one: Any) -> Any:
    if isinstance(one, ShopError | Answer):
        return one
    return 200, one if "errors" in one else {"data": one}


@cache
def _parsed(text: str) -> DocumentNode:
    return parse(text)


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    """The only operation of a document."""
    found = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    assert len(found) == 1
    return found[0]


def misshapen(text: str, field: str, data: Mapping[str, Any]) -> list[str]:
    """Where an answer is not what a document asks for: names too many or too few."""
    document = _parsed(text)
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    top = operation_of(document).selection_set
    chosen = next(_selected(top, fragments, {field: None}, field), None)
    assert chosen is not None and chosen.selection_set is not None
    return list(_differences(chosen.selection_set, fragments, data, field))


_Fragments = Mapping[str, FragmentDefinitionNode]


def _fields(
    selection: SelectionSetNode, fragments: _Fragments, data: Mapping[str, Any]
) -> Iterator[FieldNode]:
    """The fields that are asked for of an object like this."""
    for one in selection.selections:
        if isinstance(one, FieldNode):
            yield one
        elif isinstance(one, FragmentSpreadNode):
            yield from _fields(fragments[one.name.value].selection_set, fragments, data)
        elif isinstance(one, InlineFragmentNode):
            kind = one.type_condition.name.value if one.type_condition else ""
            if data.get("__typename") in (kind, None):
                yield from _fields(one.selection_set, fragments, data)


def _selected(
    selection: SelectionSetNode, fragments: _Fragments, data: Mapping[str, Any], name: str
) -> Iterator[FieldNode]:
    return (one for one in _fields(selection, fragments, data) if one.name.value == name)


def _differences(
    selection: SelectionSetNode, fragments: _Fragments, data: Any, path: str
) -> Iterator[str]:
    if data is None:
        return
    if isinstance(data, list):
        for index, entry in enumerate(data):
            yield from _differences(selection, fragments, entry, f"{path}[{index}]")
        return
    fields = {one.name.value: one for one in _fields(selection, fragments, data)}
    yield from (f"{path}.{name} is not asked for" for name in data if name not in fields)
    for name, one in fields.items():
        if name not in data:
            yield f"{path}.{name} is missing"
        elif one.selection_set is not None:
            yield from _differences(one.selection_set, fragments, data[name], f"{path}.{name}")
