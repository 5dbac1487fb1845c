"""YAML, text first: every scalar stays the text that was written, every node knows its place.

``NO`` stays ``NO``, ``01`` stays ``01``, ``0.10`` stays ``0.10``; the models convert. Rules:

- the same key twice is a problem (C105), not a silent last-one-wins;
- tags are refused; anchors and aliases are copied where they are used, within the limits;
- a key without a value is absent;
- limits on bytes, depth and nodes hold before anything is built (C106): the file is read as a
  stream of events, which a hostile file can neither make deep nor multiply.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import yaml

from gateway.problems import Place, Problem, problem
from gateway.syntax.yamlfaults import not_yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_NODES = 20_000

Path_ = tuple[str | int, ...]
"""``("agreements", 1, "direction")``."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no text for YAML 1.2 (5.1)."""
_END = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class Mark(NamedTuple):
    """Where a key or a value stands; line and column from 1."""

    line: int
    column: int
    width: int = 1
    file: str = ""
    """Where it is not the file of the :class:`YamlText`: a value that another file gave."""


@dataclass(slots=True)
class YamlText:
    """A file: its data (``dict``, ``list``, ``str``) and the mark of every key and value in it."""

    file: str
    data: Any = None
    keys: dict[Path_, Mark] = field(default_factory=dict)
    values: dict[Path_, Mark] = field(default_factory=dict)
    empty: set[Path_] = field(default_factory=set)
    """Keys without a value; they are not in the data."""
    within: Path_ = ()
    """Where in its file this text stands, when it is a part of one."""
    digest: bytes = b""
    """Of the bytes it was read from."""

    def place(self, path: Path_, *, key: bool = False) -> Place:
        """The place of a value (or its key); where there is none, of the nearest above it."""
        shown = dotted((*self.within, *path))
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        while True:
            mark = first.get(path) or second.get(path)
            if mark or not path:
                break
            path, first, second = path[:-1], self.keys, self.values
        mark = mark or Mark(1, 1)
        return Place(
            file=mark.file or self.file,
            line=mark.line,
            column=mark.column,
            width=mark.width,
            path=shown or None,
        )

    def own_place(self, path: Path_) -> Place:
        """The place of a key in this file itself, or of the nearest above it that is in it.

        Where there is none, of ``like``: whoever it names gave the rest.
        """
        shown = dotted((*self.within, *path))
        while path and (
            (mark := self.keys.get(path) or self.values.get(path)) is None or mark.file
        ):
            path = path[:-1]
        here: Path_ = path or (("like",) if ("like",) in self.keys else ())
        return replace(self.place(here, key=True), path=shown or None)


def dotted(path: Path_) -> str:
    """``agreements[1].direction``, counting from 1 as people do."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_yaml(data: bytes, file: str) -> tuple[YamlText | None, list[Problem]]:
    """Read a file. ``None`` where its structure is unusable; never raises for what it holds."""
    if len(data) > MAX_BYTES:
        return None, [_refused(Place(file=file), f"the file has more than {MAX_BYTES} bytes")]
    body = data.removeprefix(BOM_UTF8)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        place = _place_after(file, body[: error.start].decode())
        return None, [problem("C108", place, wanted=file, reason=reason)]
    builder = _Builder(file)
    try:
        builder.build(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        found = not_yaml(file, error, text)
        sign = None if found.place.line is not None else _CONTROL.search(text)
        if sign is not None:  # the library counts such a sign in bytes
            found = replace(found, place=_place_after(file, text[: sign.start()]))
        return None, [found]
    except _Refused as refused:
        return None, [*builder.problems, refused.found]
    return builder.out, builder.problems


def _place_after(file: str, before: str) -> Place:
    """Where the sign behind some text stands."""
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Place(file=file, line=before.count("\n") + 1, column=column)


class _Refused(Exception):  # noqa: N818 - it carries a finding, it is not an error of ours
    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.found = found


class _Builder:
    """Builds the data from events, counting what it makes."""

    def __init__(self, file: str) -> None:
        self.out = YamlText(file)
        self.problems: list[Problem] = []
        self.nodes = 0
        self.anchors: dict[str, list[Any]] = {}

    def build(self, events: Iterator[Any]) -> None:
        """Consume the events of one document."""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and event.explicit and self.nodes:
                raise _Refused(_refused(self._at(event), "the file holds more than one document"))
            if isinstance(event, yaml.NodeEvent):
                self.out.data = self._value(event, iter(events), ())
                self.nodes = max(self.nodes, 1)

    def _value(self, event: Any, events: Iterator[Any], path: Path_) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            what = f"the file holds more than {MAX_NODES} values (with its aliases written out)"
            raise _Refused(_refused(self._at(event), what))
        if len(path) > MAX_DEPTH:
            what = f"the file is nested deeper than {MAX_DEPTH} levels"
            raise _Refused(_refused(self._at(event), what))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if event.tag is not None and not (
            isinstance(event, yaml.ScalarEvent) and event.implicit[1] and event.tag == "!"
        ):
            raise _Refused(_refused(self._at(event), f"the tag {event.tag} is not allowed here"))
        if event.anchor is not None:
            events = self._recorded(event, events)
        self.out.values[path] = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.value or event.style else None
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _sequence(self, events: Iterator[Any], path: Path_) -> list[Any]:
        out: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            out.append(self._value(event, events, (*path, len(out))))
        return out

    def _mapping(self, events: Iterator[Any], path: Path_) -> dict[str, Any]:
        out: dict[str, Any] = {}
        seen: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise _Refused(_refused(self._at(event), "a setting's name must be plain text"))
            key, here = event.value, (*path, event.value)
            if key in seen:
                place = self._at(event, here)
                self.problems.append(problem("C105", place, setting=key, first=seen[key]))
            else:
                seen[key] = _mark(event).line
                self.out.keys[here] = _mark(event)
            value = self._value(next(events), events, here)
            if value is not None:
                out.setdefault(key, value)
            elif key not in out:
                self.out.empty.add(here)
        return out

    def _recorded(self, event: Any, events: Iterator[Any]) -> Iterator[Any]:
        """Keep the events of an anchored node, so that an alias can repeat them."""
        kept = [event]
        depth = 0 if isinstance(event, yaml.ScalarEvent) else 1
        while depth:
            following = next(events)
            kept.append(following)
            depth += isinstance(following, yaml.CollectionStartEvent)
            depth -= isinstance(following, _END)
        self.anchors[event.anchor] = kept
        return iter(kept[1:])

    def _alias(self, event: Any, path: Path_) -> Any:
        kept = self.anchors.get(event.anchor)
        if kept is None:
            raise _Refused(
                _refused(
                    self._at(event),
                    f"*{event.anchor} repeats what is marked with &{event.anchor}, and nothing is",
                )
            )
        first = kept[0]
        if isinstance(first, yaml.ScalarEvent):
            self.out.values[path] = _mark(event)
            return first.value if first.value or first.style else None
        again = iter(kept[1:])
        self.out.values[path] = _mark(event)
        if isinstance(first, yaml.SequenceStartEvent):
            return self._sequence(again, path)
        return self._mapping(again, path)

    def _at(self, event: Any, path: Path_ = ()) -> Place:
        mark = _mark(event)
        return Place(
            file=self.out.file,
            line=mark.line,
            column=mark.column,
            width=mark.width,
            path=dotted(path) or None,
        )


def _mark(event: Any) -> Mark:
    start, end = event.start_mark, event.end_mark
    line, column, width = start.line, start.column, 1
    if line == end.line and isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
        width = max(1, end.column - column)
    return Mark(line + 1, column + 1, width)


def _refused(place: Place, what: str) -> Problem:
    way = (
        f"write plain settings: no tags, at most {MAX_BYTES // 1024} kB, {MAX_DEPTH} levels and "
        f"{MAX_NODES} values"
    )
    return problem("C106", place, what=what, way=way)
