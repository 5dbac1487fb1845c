"""Which grammar a person means: ``EDIFACT D.96A ORDERS``, ``d96a orders``, ``004010 850``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from gateway.cli.output import cannot
from gateway.config.data import data_roots
from gateway.grammar import Library, MessageGrammar

STANDARDS = ("edifact", "x12")
IDOC = "idoc"
SERVICE = ("service3", "service4")
"""Folders with the service messages of a syntax version (CONTRL)."""


@dataclass(frozen=True, slots=True)
class Grammars:
    """The grammars of a workspace and of the package."""

    roots: tuple[Path, ...]
    library: Library
    workspace: Path | None
    """``grammars/`` of the workspace, where it has one of its own."""

    def directories(self, standard: str) -> list[str]:
        """Names of the directories of a standard; for IDocs, of the types."""
        found = self.library.directories(standard)
        return [*found, *SERVICE] if standard == "edifact" else found

    def messages(self, standard: str, directory: str) -> list[str]:
        """Messages of a directory; an IDoc type is its own message."""
        return self.library.messages(standard, directory)

    def origin(self, standard: str, directory: str) -> str:
        """``workspace`` or ``package``."""
        own = self.workspace
        mine = own is not None and (own / standard / directory).is_dir()
        return "workspace" if mine else "package"

    def folder(self, standard: str, directory: str) -> Path:
        """The folder of a directory: the first there is."""
        return next(
            folder for root in self.roots if (folder := root / standard / directory).is_dir()
        )


def grammars(root: Path) -> Grammars:
    """Those that are seen from a folder, which need not be a workspace."""
    roots = tuple(data_roots(root, "grammars"))
    own = (root / "grammars").resolve()
    inside = (root / "gateway.yaml").is_file() and own.is_dir()
    return Grammars(roots, Library(*roots), own if inside else None)


def resolve(known: Grammars, words: Sequence[str]) -> tuple[str, str, str]:
    """Standard, directory and message of some words; the message is empty where none is named.

    Ends the command with 2 where there is no such grammar, naming near ones.
    """
    standards: Sequence[str] = (*STANDARDS, IDOC)
    rest = list(words)
    if rest and rest[0].lower() in standards:
        standards = (rest.pop(0).lower(),)
    if not rest or len(rest) > 2:
        cannot("name a grammar like this: EDIFACT D.96A ORDERS, or X12 004010 850")
    directory = plain(rest[0])
    standard = next((one for one in standards if directory in known.directories(one)), "")
    if not standard:
        _unknown("directory", rest[0], (d for one in standards for d in known.directories(one)))
    message = rest[1].upper() if len(rest) > 1 else ""
    if message and message not in known.messages(standard, directory):
        _unknown(f"message of {directory}", rest[1], known.messages(standard, directory))
    return standard, directory, message


def message_grammar(known: Grammars, words: Sequence[str]) -> MessageGrammar:
    """The grammar of an EDIFACT or X12 message; ends the command with 2 where there is none."""
    standard, directory, message = resolve(known, words)
    if standard == IDOC or not message:
        cannot(f"name a message of {directory}, as in: EDIFACT D.96A ORDERS")
    return loaded(known, standard, directory, message)


def loaded(known: Grammars, standard: str, directory: str, message: str) -> MessageGrammar:
    """Load a grammar; ends the command with 2 where its files cannot be read."""
    try:
        found = known.library.message(standard, directory, message)
    except (KeyError, ValueError) as error:
        cannot(f"{known.folder(standard, directory)} cannot be read: {error}")
    if found is None:
        cannot(f"{directory} has no message {message}")
    return found


def plain(directory: str) -> str:
    """``d.96a`` → ``D96A``; names of service folders stay as they are."""
    name = directory.replace(".", "")
    return name.lower() if name.lower() in SERVICE else name.upper()


def _unknown(what: str, name: str, names: Iterable[str]) -> NoReturn:
    near = difflib.get_close_matches(plain(name), list(names), 4, 0.5)
    hint = f"near: {', '.join(near)}" if near else "`gateway grammar list` shows what there is"
    cannot(f"there is no {what} {name}; {hint}")
