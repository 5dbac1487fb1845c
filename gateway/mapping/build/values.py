"""What turns the text of a place into the value of a field: converter, codes, table, literals."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from gateway.mapping.build.context import Context
from gateway.mapping.codes import CodeList
from gateway.mapping.convert import (
    CONVERTERS,
    NUMERIC_ARGUMENTS,
    PIECED,
    Converter,
    Target,
    fixed_literal,
)
from gateway.mapping.paths import Wrong
from gateway.mapping.places import Access
from gateway.mapping.statements import Call, Literal, Named, Path, Row
from gateway.problems import problem

_NUMBERS = ("decimal", "money", "integer", "negated")
_LETTERS = ("a", "ID")


def target_of(row: Row, accesses: list[Access | str], context: Context) -> Target:
    """The element that the converter of a row reads and writes."""
    access = next((one for one in accesses if isinstance(one, Access)), None)
    if access is None:
        return Target(context.standard)
    element = access.elements[0]
    several = access.every and not isinstance(row.right, Call)
    return Target(
        context.standard,
        element.kind,
        element.decimals,
        element.max,
        access.format,
        access.mark,
        access.dated,
        len(access.cells) if several else 0,
    )


def converter_of(row: Row, accesses: list[Access | str], context: Context) -> Converter:
    """The converter of a row. Raises M103, M207, M404."""
    named = row.modifiers.converter
    target = target_of(row, accesses, context)
    if named is None:
        if target.pieces:
            raise _pieces(row, "#* gives a list: use join(…), list or wrapped(n)")
        return CONVERTERS["text"](target, ())
    if "." in named.name:
        return _function(named, target, context)
    maker = _maker(named)
    if bool(target.pieces) != (named.name in PIECED):
        raise _pieces(
            row,
            "wrapped and list go with a path that ends in #*, and #* with wrapped, list or join",
        )
    if target.kind in _LETTERS and named.name in _NUMBERS:
        raise Wrong(
            problem(
                "M404",
                named.span.place(),
                converter=named.name,
                kind=target.kind,
                hint="letters",
            )
        )
    return maker(target, named.arguments)


def known_converter(row: Row) -> None:
    """M103 where no converter has the name that a row says; arguments are looked at later."""
    named = row.modifiers.converter
    if named is not None and "." not in named.name and named.name not in CONVERTERS:
        _maker(named)


def _pieces(row: Row, text: str) -> Wrong:
    assert isinstance(row.right, Path)
    return Wrong(problem("M207", row.right.span.place(), path=row.right.text, value=text))


def _function(named: Named, target: Target, context: Context) -> Converter:
    """A converter of the partner's or workspace's functions.py."""
    found = context.functions.get(named.name)
    if found is None or named.arguments:
        near = get_close_matches(named.name, list(context.functions), 1)
        known = ", ".join(sorted(context.functions)) or "none: no functions.py is named"
        hint = f"Did you mean {near[0]}?" if near else f"Registered converters: {known}."
        if found is not None:
            hint = f"{named.name} takes no arguments."
        raise Wrong(problem("M103", named.span.place(), value=named.name, hint=hint))
    return found.at(target)


def _maker(named: Named) -> Callable[[Target, tuple[str, ...]], Converter]:
    """The converter that a row names, if it exists and takes these arguments."""
    maker = CONVERTERS.get(named.name)
    if maker is None:
        near = get_close_matches(named.name, [*CONVERTERS, "codes", "required", "default"], 1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {' '.join(CONVERTERS)}."
        raise Wrong(problem("M103", named.span.place(), value=named.name, hint=hint))
    most = NUMERIC_ARGUMENTS.get(named.name, 2 if named.name == "flag" else 0)
    numbers = named.name == "flag" or all(one.isdigit() for one in named.arguments)
    if len(named.arguments) > most or not numbers:
        takes = "numbers" if most == 1 else "two codes" if most else "no arguments"
        raise Wrong(
            problem(
                "M103",
                named.span.place(),
                hint=f"{named.name} takes {takes}.",
                value=f"{named.name}({','.join(named.arguments)})",
            )
        )
    return maker


def codes_of(row: Row, context: Context) -> CodeList | None:
    """The code list of a row. Raises M105, M402."""
    named = row.modifiers.codes
    if named is None:
        return None
    found = context.codes(named.name)
    if found is None:
        place = named.span.place()
        raise Wrong(problem("M105", place, file=f"{named.name}.csv", value="no such file"))
    refuse_converter(row, f"codes {named.name}", named)
    return found


def refuse_converter(row: Row, what: str, named: Named) -> None:
    """M402: a code list or table gives texts, whatever else the row says."""
    converter = row.modifiers.converter
    if converter is not None and converter.name != "text":
        value = f"text ({what}) and {converter.name}"
        raise Wrong(problem("M402", named.span.place(), field=row.name, value=value, type="text"))


def literal_of(literal: Literal | None, converter: Converter, codes: CodeList | None) -> object:
    """The value of ``default`` or ``implied``. Raises M406."""
    if literal is None:
        return None
    value = fixed_literal(literal.text, converter.type)
    bare = not literal.quoted and literal.text in ("true", "false")
    wanted = ""
    if value is None or (bare and converter.type == "text" and not codes):
        wanted = f"a {converter.type}"
    elif codes is not None and literal.text not in codes.to_wire:
        wanted = f"one of {', '.join(list(codes.to_wire)[:8])}"
    if wanted:
        raise Wrong(problem("M406", literal.span.place(), value=literal.text, wanted=wanted))
    return value
