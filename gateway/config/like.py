"""What a partner's file does not say comes from his parent, then from the house.

``_like/NAME.yaml`` (``like: NAME``, one level) and ``defaults`` of ``_own.yaml`` hold settings of
partners. They are merged as text, before anything is converted, so that every value still knows
the file and the line it stands in:

- groups and everything that has names (``channels``, ``contacts``, ``codes``) merge by name;
- ``agreements`` merge by document and direction, and by standard where a side has the same
  document twice;
- other lists, and a channel of another ``kind``, replace what the parent gives; so does a value;
- a setting that is written without a value takes away what the parent gives.

A row of ``agreements`` with a ``standard`` is an agreement that every child has; one without adds
its settings to those agreements whose document and direction it names. ``{partner}`` in a
``folder`` of a parent is the child's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.config.values import standard_of
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Mark, Path_, YamlText

AGREEMENTS = "agreements"
NOT_SHARED = ("schema", "partner", "name", "identities", "like")
"""Settings that belong to one partner alone."""
_FOLDER = "folder"
_NAME = "{partner}"

Source = tuple[YamlText, Path_]
"""A text, and where in it something stands."""
Row = tuple[str | None, str | None, str | None, str | None]
"""Document, direction, standard and ``match`` of an agreement, as far as they are written."""


@dataclass(frozen=True, slots=True)
class Parent:
    """Settings that partners share: a file in ``_like/``, or ``defaults`` of ``_own.yaml``."""

    text: YamlText
    """Its marks name the file."""
    digest: bytes
    """Of what is written in it."""


def parent_of(text: YamlText, digest: bytes, within: str | None = None) -> Parent:
    """A parent from a file, or from one group of it (``defaults``)."""
    front = 0 if within is None else 1
    marked = YamlText(text.file, text.data, within=() if within is None else (within,))
    if within is not None:
        marked.data = text.data.get(within) if isinstance(text.data, dict) else None
    for found, kept in ((text.keys, marked.keys), (text.values, marked.values)):
        for path, mark in found.items():
            if within is None or path[:1] == (within,):
                kept[path[front:]] = mark._replace(file=text.file)
    return Parent(marked, digest)


def merged(text: YamlText, parents: Iterable[Parent]) -> tuple[YamlText, list[Problem]]:
    """The text of a partner with what his parents add, the nearest first."""
    if not isinstance(text.data, dict):
        return text, []
    sources: list[Source] = [(text, ())]
    sources += [(each.text, ()) for each in parents if isinstance(each.text.data, dict)]
    if len(sources) == 1:
        return text, []
    merge = _Merge(YamlText(text.file, digest=text.digest), str(text.data.get("partner", "")))
    merge.out.data = merge.group(sources, ())
    return merge.out, merge.problems


def row_of(data: Any) -> Row:
    """What tells a row of ``agreements`` from others."""
    if not isinstance(data, dict):
        return None, None, None, None
    document, direction, standard = (
        value if isinstance(value := data.get(name), str) else None
        for name in ("document", "direction", "standard")
    )
    match = str(data["match"]) if "match" in data else None
    return document, direction, None if standard is None else standard_of(standard), match


def meets(row: Row, document: str | None, direction: str | None) -> bool:
    """Whether a row without a standard adds its settings to such an agreement."""
    return row[0] in (None, document) and row[1] in (None, direction)


def _same(shared: Row, own: Row) -> bool:
    """Whether a row of a parent means this one of several agreements."""
    return shared[2] == own[2] and shared[3] in (None, own[3])


class _Merge:
    """Writes one text out of several; of the sources of a value the first is the nearest."""

    def __init__(self, out: YamlText, partner: str) -> None:
        self.out = out
        self.partner = partner
        self.problems: list[Problem] = []

    def value(self, sources: Sequence[Source], path: Path_) -> Any:
        """What holds at a path."""
        text, here = sources[0]
        mark = text.values.get(here)
        if mark is not None:
            self.out.values[path] = mark
        data = _at(text, here)
        if isinstance(data, dict):
            return self.group(self._same_kind(sources, path), path)
        if path == (AGREEMENTS,) and isinstance(data, list):
            return self._agreements(sources)
        if isinstance(data, list):
            return [self.value([(text, (*here, at))], (*path, at)) for at in range(len(data))]
        if path[-1] == _FOLDER and isinstance(data, str) and text.file != self.out.file:
            return data.replace(_NAME, self.partner)
        return data

    def group(self, sources: Sequence[Source], path: Path_) -> dict[str, Any]:
        """The settings of a group, those of the nearest source first."""
        out: dict[str, Any] = {}
        known = [
            (text, here, names)
            for text, here in sources
            if isinstance(names := _at(text, here), dict)
        ]
        for number, (text, here, names) in enumerate(known):
            for name in _written(text, here, names):
                inner = (*path, name)
                if inner in self.out.keys or (number and not path and name in NOT_SHARED):
                    continue
                self.out.keys[inner] = text.keys.get((*here, name)) or Mark(1, 1, 1, text.file)
                below = list(_below(known[number:], name))
                if below:
                    out[name] = self.value(below, inner)
                else:
                    self.out.empty.add(inner)
        return out

    def _same_kind(self, sources: Sequence[Source], path: Path_) -> Sequence[Source]:
        """Of a channel, those before the first that is of another kind."""
        if len(path) != 2 or path[0] != "channels":
            return sources
        kept: list[Source] = []
        kind: Any = None
        for text, here in sources:
            data = _at(text, here)
            own = data.get("kind") if isinstance(data, dict) else None
            kind = kind or own
            if own not in (None, kind):
                break
            kept.append((text, here))
        return kept

    # ---- agreements

    def _agreements(self, sources: Sequence[Source]) -> list[Any]:
        """The rows of the partner's file with what the parents add; then theirs that are new."""
        own = sources[0][0].file == self.out.file
        rows = [[(text, path)] for text, path, _ in _rows(sources[0])] if own else []
        for parent in sources[own:]:
            if not isinstance(_at(*parent), list):
                break
            written = list(_rows(parent))
            self._exact(rows, [each for each in written if each[2][2] is not None])
            for text, path, row in reversed(written):
                if row[2] is None:
                    for known in rows:
                        if meets(row, *self._row(known)[:2]):
                            known.append((text, path))
        return [self.value(row, (AGREEMENTS, at)) for at, row in enumerate(rows)]

    def _exact(
        self, rows: list[list[Source]], written: Sequence[tuple[YamlText, Path_, Row]]
    ) -> None:
        """Rows with a standard: they go with the agreement they mean, or are one more."""
        given = Counter(row[:2] for _, _, row in written)
        known: dict[tuple[str | None, str | None], list[list[Source]]] = {}
        for row in rows:
            known.setdefault(self._row(row)[:2], []).append(row)
        for text, path, wanted in written:
            there = known.get(wanted[:2], [])
            if len(there) == 1 and given[wanted[:2]] == 1:
                there[0].append((text, path))
                continue
            same = [each for each in there if _same(wanted, self._row(each))]
            for each in same:
                each.append((text, path))
            if not same:
                rows.append([(text, path)])
        for key, there in known.items():
            if given[key] > 1 or (given[key] and len(there) > 1):
                self._unclear(there)

    def _unclear(self, rows: Iterable[list[Source]]) -> None:
        for row in rows:
            document, direction, standard, _ = self._row(row)
            if standard is None:
                text, path = row[0]
                place = text.place(path)
                self.problems.append(problem("C123", place, document=document, direction=direction))

    def _row(self, sources: Sequence[Source]) -> Row:
        """What an agreement is, of all that is known of it."""
        found = [row_of(_at(*each)) for each in sources]
        one, two, three, four = (
            next((row[part] for row in found if row[part] is not None), None) for part in range(4)
        )
        return one, two, three, four


def _rows(source: Source) -> Iterator[tuple[YamlText, Path_, Row]]:
    text, here = source
    for at, data in enumerate(_at(text, here) or ()):
        yield text, (*here, at), row_of(data)


def _below(known: Iterable[tuple[YamlText, Path_, Any]], name: str) -> Iterator[Source]:
    """The sources that have a setting, up to one that takes it away."""
    for text, here, names in known:
        if name in names:
            yield text, (*here, name)
        elif (*here, name) in text.keys:
            return


def _written(text: YamlText, here: Path_, names: dict[str, Any]) -> Iterator[str]:
    """The settings of a group, also those without a value, which are not in its data."""
    yield from names
    depth = len(here)
    for path in text.empty:
        if len(path) == depth + 1 and path[:depth] == here:
            yield str(path[-1])


def _at(text: YamlText, path: Path_) -> Any:
    data = text.data
    for step in path:
        data = data[step]
    return data
