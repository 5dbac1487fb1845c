"""Grammars of XML from their files: ``grammars/xml/ubl-2.1/Order.txt``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from gateway.grammar.layoutfile import LayoutError
from gateway.grammar.xml.format import XmlFormat
from gateway.grammar.xml.model import UNBOUNDED, Child, Vocabulary, XmlType
from gateway.grammar.xml.text import BadLine, Lines, read_child, read_lines, read_type
from gateway.problems import Place, Problem, problem

SHARED = "types"
"""Name of the file with the types that the documents of a folder share."""


def load_xml(roots: Sequence[Path], kind: str, name: str) -> XmlFormat | None:
    """The format ``ubl-2.1/Order`` from the first of the ``grammars`` folders that has it.

    Raises :class:`LayoutError`. A name with ``..`` or more than two parts has no file.
    """
    parts = name.split("/")
    if len(parts) > 2 or any(part in ("", ".", "..", SHARED) for part in parts):
        return None
    for root in roots:
        path = root.joinpath(kind, *parts[:-1], f"{parts[-1]}.txt")
        if path.is_file():
            shared = path.with_name(f"{SHARED}.txt")
            texts = {path.name: path.read_text(encoding="utf-8", errors="replace")}
            if shared.is_file():
                texts[shared.name] = shared.read_text(encoding="utf-8", errors="replace")
            return _format(texts, "/".join((kind, *parts[:-1])), name)
    return None


def read_xml(text: str, name: str, shared: str = "") -> XmlFormat:
    """A format from the text of its grammar (and of shared types). Raises :class:`LayoutError`."""
    file = f"{name.rpartition('/')[2]}.txt"
    texts = {file: text} | ({f"{SHARED}.txt": shared} if shared else {})
    return _format(texts, "xml", name)


def _format(texts: dict[str, str], folder: str, name: str) -> XmlFormat:
    files: list[tuple[str, Lines]] = []
    for file, text in texts.items():
        shown = f"grammars/{folder}/{file}"
        with _blamed(shown):
            files.append((shown, read_lines(text)))
    types = _Types(files)
    first, own = files[0]
    if not own.root[1]:
        raise LayoutError([problem("F231", Place(file=first), name="root", user="the file")])
    namespaces = {key: uri for _, one in reversed(files) for key, uri in one.namespaces.items()}
    with _blamed(first):
        *around, root = _path(*own.root, namespaces)
    vocabulary = Vocabulary(
        name,
        root,
        tuple(around),
        namespaces,
        {key: value for _, one in reversed(files) for key, value in one.implied.items()},
        {key: value for _, one in reversed(files) for key, value in one.defaults.items()},
        own.any_order or files[-1][1].any_order,
        own.unknown if own.unknown != "refuse" else files[-1][1].unknown,
        types.find,
    )
    problems = list(_checked(vocabulary, types))
    if problems:
        raise LayoutError(problems)
    return XmlFormat(vocabulary)


def _path(line: int, text: str, namespaces: dict[str, str]) -> Iterator[Child]:
    """``Orders/Order*``: an element may have its prefix before it, ``a:Orders``."""
    for word in text.split("/"):
        prefix, _, rest = word.partition(":")
        if rest and prefix in namespaces:
            yield read_child(rest, line, prefix)
        else:
            yield read_child(word, line, "-")


@dataclass
class _Types:
    """Types that are read when they are asked for."""

    files: list[tuple[str, Lines]]
    made: dict[str, XmlType] = field(default_factory=dict)

    def find(self, name: str) -> XmlType | None:
        """The type of a name; raises :class:`LayoutError` for a line that cannot be read."""
        found = self.made.get(name)
        if found is None:
            for file, lines in self.files:
                if name in lines.types:
                    with _blamed(file):
                        found = self.made[name] = read_type(name, *lines.types[name])
                    break
        return found

    def place(self, name: str) -> Place:
        for file, lines in self.files:
            if name in lines.types:
                return Place(file=file, line=lines.types[name][0])
        return Place(file=self.files[0][0], line=self.files[0][1].root[0] or None)

    def names(self) -> list[str]:
        return [name for _, lines in self.files for name in lines.types]


def _checked(vocabulary: Vocabulary, types: _Types) -> Iterator[Problem]:
    """Types and prefixes that the root leads to must exist."""
    seen: set[str] = set()
    waiting = [("root", child) for child in (*vocabulary.wrappers, vocabulary.root)]
    if vocabulary.wrappers and vocabulary.root.most != UNBOUNDED and vocabulary.root.most < 2:
        vocabulary.root = Child(
            vocabulary.root.prefix, vocabulary.root.name, vocabulary.root.type, 0, UNBOUNDED
        )
    while waiting:
        user, child = waiting.pop()
        place = types.place(user)
        if child.prefix != "-" and child.prefix not in vocabulary.namespaces:
            yield problem("F231", place, name=f"namespace {child.prefix}", user=user)
        if child.type in seen or child in vocabulary.wrappers:
            continue
        seen.add(child.type)
        found = types.find(child.type)
        if found is None:
            near = get_close_matches(child.type, types.names(), 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            yield problem("F231", place, name=f"type {child.type}{hint}", user=user)
            continue
        waiting += [(child.type, one) for one in found.children]


class _blamed:  # noqa: N801 (reads as a statement)
    """Turns a bad line into the error of a grammar file."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, wrong: object, trace: object) -> None:
        if isinstance(wrong, BadLine):
            place = Place(file=self.file, line=wrong.line)
            found = problem("F230", place, value=wrong.value, expected=wrong.expected)
            raise LayoutError([found]) from wrong
