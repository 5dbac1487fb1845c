"""Source of expressions over the document: fields, tests, computed left sides."""

from __future__ import annotations

from gateway.mapping.emit import constant
from gateway.mapping.plan import RowPlan
from gateway.mapping.statements import Call, Comparison, Condition, Field, Literal, Test, spelled


def value_of(target: str, name: str) -> str:
    """Source that takes a dotted field out of an object; ``None`` if absent."""
    *objects, last = name.split(".")
    for one in objects:
        target = f"({target}.get({constant(one)}) or E)"
    return f"{target}.get({constant(last)})"


def test_text(test: Test, prefixes: dict[tuple[str, ...], str] | None = None) -> str:
    """Source of a condition. ``prefixes``: variables of objects that are still being filled."""
    if isinstance(test, Condition):
        inner = [f"({test_text(one, prefixes)})" for one in test.tests]
        return f" {test.operator} ".join(inner)
    assert isinstance(test, Comparison)
    name = tuple(test.field.name.split("."))
    if prefixes is not None and name[:-1] in prefixes:
        value = f"{prefixes[name[:-1]]}.get({constant(name[-1])})"
    else:
        value = value_of("o", test.field.name)
    if test.operator in ("present", "absent"):
        return f"given({value}) is {'not ' if test.operator == 'present' else ''}None"
    sign = "==" if test.operator == "=" else "!="
    if test.length:
        return f"len(given({value}) or '') {sign} {int(test.value or 0)}"
    return f"shown({value}) {sign} {constant(test.value)}"


def writer(plan: RowPlan) -> object:
    """What turns a value of the document into the text of a row."""
    return plan.codes.to_wire.__getitem__ if plan.codes is not None else plan.converter.write


def computed_text(
    left: Literal | Field | Call, target: str, recursive: str, names: dict[str, object], number: int
) -> str:
    """Source of the text that the left side of ``->`` or ``==`` stands for (not for a field)."""
    if isinstance(left, Literal):
        return constant(left.text)
    if isinstance(left, Call) and left.name in ("count", "sum"):
        field = tuple(spelled(left.arguments[0]).split("."))
        function = "counted" if left.name == "count" else "summed"
        return f"{function}({target}, {constant(field)}, {constant(recursive)})"
    return "''"
