"""Grammars from folders, read when they are asked for and kept.

    library = Library(workspace / "grammars", packaged())
    library.message("edifact", "D96A", "ORDERS")

Roots are looked through in order: a directory of the workspace replaces the packaged one of the
same name as a whole. Service messages (CONTRL) belong to the syntax, not to a directory: they are
found under any directory name that does not have them itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.grammar.model import Group, MessageGrammar, Segment
from gateway.grammar.text import Definitions, message, records

_SERVICE_OF = {"D3": "service3", "22": "service3", "D4": "service4", "41": "service4"}
"""S009 of a CONTRL as directory: ``CONTRL:D:3:UN``, ``CONTRL:2:2:UN``; ``CONTRL:4:1:UN``."""
_NO_DIRECTORY = ("service", "envelope")
_KEPT = 32
"""Grammars with the lists of another directory; names come from outside, so not all."""


def packaged() -> Path:
    """Folder of the grammars that come with the package (or with the repository)."""
    here = Path(__file__).resolve().parents[1]
    installed = here / "_data" / "grammars"
    return installed if installed.is_dir() else here.parent / "grammars"


class Library:
    """The grammars under some roots. Safe to share between threads."""

    def __init__(self, *roots: Path) -> None:
        self.roots = roots or (packaged(),)
        self._lock = threading.RLock()
        self._messages: dict[tuple[str, str, str], MessageGrammar] = {}
        self._with_lists: dict[tuple[str, str, str, str], MessageGrammar] = {}
        self._definitions: dict[tuple[str, str], Definitions] = {}
        self._services: dict[str, Mapping[str, Segment]] = {}
        self._directories: dict[str, tuple[tuple[int, ...], list[str]]] = {}
        """By standard: when its folders were changed last, and the names in them."""

    def message(
        self, standard: str, directory: str, name: str, *, lists: str = ""
    ) -> MessageGrammar | None:
        """The grammar of a message, or ``None`` where no root has it.

        ``directory`` is ``D96A``, ``004010``; for service messages also ``service3``, ``D3``.
        ``lists`` is the directory whose code lists hold (UNH 0110), if it is another one; one that
        no root has changes nothing.
        """
        if lists not in ("", directory) and _plain(lists) and self._folder(standard, lists):
            return self._relisted(standard, directory, name, lists)
        key = (standard, directory, name)
        with self._lock:
            found = self._messages.get(key)
            if found is None:  # what is not there is not kept: names come from outside
                found = self._load(*key)
                if found is not None:
                    self._messages[key] = found
            return found

    def _relisted(
        self, standard: str, directory: str, name: str, lists: str
    ) -> MessageGrammar | None:
        """The grammar with the code lists of another directory; the last ones are kept."""
        key = (standard, directory, name, lists)
        with self._lock:
            found = self._with_lists.get(key)
            if found is None:
                found = self._load(standard, directory, name, lists)
                if found is not None:
                    self._with_lists[key] = found
                    while len(self._with_lists) > _KEPT:
                        del self._with_lists[next(iter(self._with_lists))]
            return found

    def directories(self, standard: str) -> list[str]:
        """Names of the directories of a standard: ``["D01B", "D93A", …]``."""
        folders = [root / standard for root in self.roots]
        stamp = tuple(each.stat().st_mtime_ns if each.is_dir() else 0 for each in folders)
        known = self._directories.get(standard)
        if known is None or known[0] != stamp:
            names = {
                folder.name
                for each in folders
                for folder in _folders(each)
                if not folder.name.startswith(_NO_DIRECTORY)
            }
            known = self._directories[standard] = (stamp, sorted(names))
        return list(known[1])

    def messages(self, standard: str, directory: str) -> list[str]:
        """Names of the messages that a directory has: ``["DESADV", "INVOIC", …]``."""
        folder = self._folder(standard, directory)
        if folder is None:
            return []
        return sorted(path.stem for path in folder.glob("*.txt") if not path.stem.islower())

    def service(self, syntax_version: str) -> Mapping[str, Segment]:
        """Service segments by tag.

        ``syntax_version`` is UNB 0002 (``1`` … ``4``) or ISA12 (``00401``); what is newer than
        the tables has the segments of the newest.
        """
        with self._lock:
            if syntax_version not in self._services:
                definitions = self._service(*_service_folder(syntax_version))
                self._services[syntax_version] = {
                    tag: definitions.segment(tag) for tag in definitions.tags()
                }
            return self._services[syntax_version]

    def _load(
        self, standard: str, directory: str, name: str, lists: str = ""
    ) -> MessageGrammar | None:
        path = self._path(standard, directory, name)
        if path is None:
            return None
        folder = path.parent.name
        text = path.read_text(encoding="utf-8")
        definitions = self._directory(standard, folder)
        if lists and not folder.startswith("service"):
            codes = self._folder(standard, lists)
            definitions = self._definitions_of(standard, self._folder(standard, folder), codes)
        root = message(name, text.splitlines(), definitions)
        head = text.partition("\n")[0].split()
        segments: dict[str, Segment] = {}
        _collect(root, segments)
        return MessageGrammar(
            standard, directory, name, root, segments, head[4] if len(head) > 4 else ""
        )

    def _path(self, standard: str, directory: str, name: str) -> Path | None:
        if not _plain(name) or not _plain(directory) or name != name.upper():
            return None
        places = [directory]
        if standard == "edifact":
            places.append(_SERVICE_OF.get(directory, "service3"))
        for place in places:
            folder = self._folder(standard, place)
            if folder is not None and (folder / f"{name}.txt").is_file():
                return folder / f"{name}.txt"
        return None

    def _folder(self, standard: str, directory: str) -> Path | None:
        for root in self.roots:
            folder = root / standard / directory
            if folder.is_dir():
                return folder
        return None

    def _directory(self, standard: str, directory: str) -> Definitions:
        if directory.startswith("service"):
            return self._service(standard, directory)
        key = (standard, directory)
        if key not in self._definitions:
            folder = self._folder(standard, directory)
            self._definitions[key] = self._definitions_of(standard, folder, folder)
        return self._definitions[key]

    def _definitions_of(
        self, standard: str, folder: Path | None, codes: Path | None
    ) -> Definitions:
        # Messages are read with the newest UNH and UNT, which contain the older ones; what
        # the syntax version of the interchange allows is checked with the envelope.
        newest = "service4" if standard == "edifact" else "envelope00402"
        return Definitions(_reader(folder, codes), self._service(standard, newest))

    def _service(self, standard: str, name: str) -> Definitions:
        key = (standard, name)
        if key not in self._definitions:
            self._definitions[key] = Definitions(_reader(self._folder(standard, name)))
        return self._definitions[key]


def _plain(name: str) -> bool:
    """Whether a name cannot lead out of the folder; names come from interchanges."""
    return name.isascii() and name.isalnum()


def _service_folder(version: str) -> tuple[str, str]:
    if len(version) == 5:
        return "x12", "envelope00402" if version >= "00402" else "envelope00200"
    return "edifact", "service4" if version >= "4" else "service3"


def _folders(parent: Path) -> list[Path]:
    return [path for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else []


def _reader(folder: Path | None, codes: Path | None = None) -> Callable[[str], Mapping[str, str]]:
    tables: dict[str, Mapping[str, str]] = {}

    def read(name: str) -> Mapping[str, str]:
        if name not in tables:
            place = codes if codes and name == "codes" else folder
            tables[name] = records(place / f"{name}.txt") if place else {}
        return tables[name]

    return read


def _collect(group: Group, found: dict[str, Segment]) -> None:
    for member in group.members:
        if isinstance(member, Group):
            _collect(member, found)
        else:
            found[member.tag] = member.segment
