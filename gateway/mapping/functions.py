"""Converters that a partner or workspace writes in Python: ``functions.py``.

    from decimal import Decimal
    from gateway.mapping.functions import converter

    @converter("my.scaled_price", reads="decimal", examples=[("1250", Decimal("12.50"))])
    class ScaledPrice:
        def read(self, text, at):
            return Decimal(text) / 100

        def write(self, value, at):
            return str(int(value * 100))

Names are dotted. ``at`` is the place on the wire (:class:`~gateway.mapping.convert.Target`).
``ValueError`` refuses a value with its text (V501, V502); any other exception, and a result of
another type than declared, is V519: a problem of the row, never a crash. The file is code and runs
with the rights of the gateway: a configuration has to name it.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from gateway.mapping.convert.model import Converter, Target, Unfit, plain
from gateway.problems import Place, Problem, problem

_TYPES: dict[str, type[Any]] = {
    "text": str,
    "decimal": Decimal,
    "integer": int,
    "date": date,
    "datetime": datetime,
    "time": time,
    "flag": bool,
}
_Class = TypeVar("_Class", bound=type[Any])
_loading = threading.local()


@dataclass(frozen=True)
class Function:
    """One registered converter."""

    name: str
    type: str
    """What ``read`` gives: ``text`` ``decimal`` ``integer`` ``date`` ``datetime`` ``time`` or
    ``flag``."""
    pair: Any
    """An object with ``read(text, at)`` and ``write(value, at)``."""

    def at(self, target: Target) -> Converter:
        """The converter for one place on the wire."""

        def read(text: Any) -> Any:
            value = self._called(self.pair.read, text, target, "V501")
            if not _is(value, self.type):
                raise Unfit("V519", f"{self.type}, but {self.name} gave {value!r:.60}")
            return value

        def write(value: Any) -> str:
            text = self._called(self.pair.write, value, target, "V502")
            if not isinstance(text, str):
                raise Unfit("V519", f"a text, but {self.name} gave {text!r:.60}")
            return plain(text)

        return Converter(self.name, self.type, read, write)

    def _called(self, function: Callable[..., Any], value: Any, at: Target, refused: str) -> Any:
        try:
            return function(value, at)
        except Unfit:
            raise
        except ValueError as wrong:
            raise Unfit(refused, str(wrong) or f"a value that {self.name} takes") from wrong
        except (Exception, SystemExit) as failed:  # the code of a partner may raise anything
            said = f"{type(failed).__name__}: {failed}"
            raise Unfit("V519", f"a value that {self.name} takes ({said:.120})") from failed


@dataclass(frozen=True)
class _Registered:
    function: Function
    examples: Sequence[tuple[str, object]]
    line: int


def converter(
    name: str, *, reads: str, examples: Sequence[tuple[str, object]] = ()
) -> Callable[[_Class], _Class]:
    """Register a class with ``read(self, text, at)`` and ``write(self, value, at)``.

    ``examples``: pairs of a text and its value; both directions are tried when the file is loaded.
    """

    def register(made: _Class) -> _Class:
        found: list[_Registered] | None = getattr(_loading, "found", None)
        if found is not None:
            frame = traceback.extract_stack(limit=2)[0]
            function = Function(name, reads, made())
            found.append(_Registered(function, tuple(examples), frame.lineno or 1))
        return made

    return register


def load_functions(path: Path, shown: str, text: str) -> tuple[dict[str, Function], list[Problem]]:
    """Run a file and try the examples of its converters. Problems: M109, with the line."""
    _loading.found = []
    try:
        exec(compile(text, str(path), "exec"), {"__name__": path.stem, "__file__": str(path)})
        found: list[_Registered] = _loading.found
    except SyntaxError as wrong:
        return {}, [_unusable(shown, wrong.lineno or 1, shown, wrong.msg)]
    except (Exception, SystemExit) as wrong:  # whatever the file does when it is run
        lines = [one.lineno for one in traceback.extract_tb(wrong.__traceback__)]
        of_file = [
            one.lineno
            for one in traceback.extract_tb(wrong.__traceback__)
            if one.filename == str(path)
        ]
        line = (of_file or lines)[-1] or 1
        return {}, [_unusable(shown, line, shown, f"{type(wrong).__name__}: {wrong}")]
    finally:
        _loading.found = None
    problems: list[Problem] = []
    functions: dict[str, Function] = {}
    for one in found:
        said = _wrong(one)
        if one.function.name in functions:
            said = "the name is taken already"
        if said:
            problems.append(_unusable(shown, one.line, one.function.name, said))
        functions[one.function.name] = one.function
    return functions, problems


def _unusable(file: str, line: int, name: str, value: str) -> Problem:
    return problem("M109", Place(file=file, line=line, column=1), name=name, value=value)


def _wrong(one: _Registered) -> str:
    """What keeps a converter from being used; empty if nothing does."""
    function = one.function
    if "." not in function.name:
        return "the name has no dot: say who it belongs to, as in my.scaled_price"
    if function.type not in _TYPES:
        return f"reads={function.type!r} is none of {', '.join(_TYPES)}"
    lacking = [way for way in ("read", "write") if not hasattr(function.pair, way)]
    if lacking:
        return f"it has no {lacking[0]}(…, at)"
    if not one.examples:
        return "it has no examples"
    made = function.at(Target("edifact"))
    for text, value in one.examples:
        for way, given, expected in (("read", text, value), ("write", value, text)):
            try:
                result = getattr(made, way)(given)
            except Unfit as unfit:
                return f"example {way}({given!r}): expected {unfit.expected}"
            if result != expected:
                return f"example {way}({given!r}) gave {result!r}, not {expected!r}"
    return ""


def _is(value: Any, kind: str) -> bool:
    """Whether a value has exactly the declared type; a number is finite."""
    wanted = _TYPES.get(kind, object)
    if kind != "flag" and isinstance(value, bool):
        return False
    if kind == "date" and isinstance(value, datetime):
        return False
    if isinstance(value, Decimal) and not value.is_finite():
        return False
    return isinstance(value, wanted)
