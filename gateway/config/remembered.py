"""What a check found, kept below ``var/cache``, so that the next one looks at what changed only.

For each partner that could be used: his settings with their positions, and every problem of them
and of his maps. It counts as long as everything that decides it is the same, byte by byte: his
folder, his parent, ``_own.yaml``, ``gateway.yaml``, maps and grammars, this package. What depends
on the time or on the world (certificates, secrets, tables in databases) is never kept. A file that
is damaged, of another version or of somebody else's form is as good as none. It holds what the
settings hold: references to secrets, no secrets; a file that a snapshot masks is not remembered.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import gateway
from gateway.config.data import installed
from gateway.config.rowkeys import row_keys
from gateway.config.snapshot import PARTNERS, SHOPS, as_kept, contents_of, digest_of, version
from gateway.problems import Problem
from gateway.syntax.packedmarks import pack, unpack
from gateway.syntax.yamltext import YamlText

FILE = "var/cache/check.json"
MOST_BYTES = 500_000_000
FORM = 2
"""Of the file; another one is not read."""
_TABLES = "tables"
_SAMPLES = "samples"
_MAPPED = ("agreements", "codes", "functions", "like")
"""Settings of a partner that decide which maps he has."""
HOUSE = ""
"""The name of what belongs to no partner."""


@dataclass(slots=True)
class Entry:
    """What is known of one partner."""

    key: str
    """Of everything that decides what is said of him."""
    mapped: str = ""
    """Of what decides what is said of his maps, wherever in his file it stands, and whoever he
    is: partners who have the same one have the same maps."""
    data: Any = None
    marks: Mapping[str, str] = field(default_factory=dict)
    found: list[Problem] = field(default_factory=list)
    """Of his file."""
    checked: list[Problem] = field(default_factory=list)
    """Of his settings together with those of the house."""
    maps: list[Problem] | None = None
    """Of his maps and guides; ``None``: nobody looked, or it is not to be kept."""
    rows: list[str] = field(default_factory=list)
    """Keys of his agreements: see :mod:`.rowkeys`."""
    same: frozenset[int] = field(default=frozenset(), compare=False)
    """Agreements in whose maps nothing was found, and nothing has changed since."""
    line: str = field(default="", compare=False)
    """As it is written in the file, when it comes from there."""

    def of_maps(self, found: list[Problem]) -> None:
        """Remember what was found in his maps."""
        self.maps, self.line = found, ""

    def text(self, file: str, digest: bytes) -> YamlText:
        """His settings, as they were merged."""
        return unpack(file, self.data, self.marks, digest)


class Remembered:
    """What the last check of a workspace left, and what this one leaves."""

    def __init__(self, root: Path, *, fresh: bool = False) -> None:
        """``fresh``: nothing is believed, but this check is kept."""
        self.file = root / FILE
        self.root = root
        self._known = {} if fresh else _read(self.file)
        self._now: dict[str, Entry] = {}
        self._files: dict[str, bytes] = {}
        self._looked: tuple[Path, str | None, Path] = (Path(PARTNERS), None, Path(SHOPS))
        self._keys: dict[str, str] = {}
        self._plain: dict[str, bool] = {}
        self._others: dict[str, str] = {}
        """Of a partner's folder without his settings."""
        self._common = b""
        """Of what all partners have."""
        self._inside: dict[str, list[str]] = {}
        """Files of each partner's folder."""

    def look(self, partners: Path, functions: str | None, shops: Path = Path(SHOPS)) -> str:
        """Read everything that decides; returns the hash of the workspace."""
        self._looked = (partners, functions, shops)
        self._files = contents_of(self.root, *self._looked)
        own, by_partner = sha256(_package()), dict[str, list[str]]()
        for name, data in self._files.items():
            kind, _, rest = name.partition("/")
            folder, inside, _ = rest.partition("/")
            if kind == PARTNERS and inside:
                by_partner.setdefault(folder, []).append(name)
            elif kind != SHOPS:  # nothing of a partner depends on a shop
                own.update(_told(name, data))
        own.update(_stamps(self.root / _TABLES))
        if functions is not None and functions not in self._files:
            with suppress(OSError):
                own.update((self.root / functions).read_bytes())
        self._keys[HOUSE] = own.hexdigest()
        self._common = shared = self._shared(by_partner.pop("_like", []))
        self._inside = by_partner
        for folder, names in by_partner.items():
            self._sign(partners, folder, names, shared)
        return digest_of(self._files)

    def _shared(self, names: Iterable[str]) -> bytes:
        """Of all parents together: few, and every partner may have one."""
        digest = sha256(self._keys[HOUSE].encode())
        for name in names:
            digest.update(_told(name, self._files[name]))
        return digest.digest()

    def _sign(self, partners: Path, folder: str, names: Iterable[str], shared: bytes) -> None:
        front = f"{PARTNERS}/{folder}/"
        settings = f"{front}partner.yaml"
        others = sha256(shared + _stamps(self.root / partners / folder / _TABLES))
        others.update(_names(self.root / partners / folder / _SAMPLES))
        for name in names:
            if name != settings:  # without the name of the folder: others may hold the same
                others.update(_told(name.removeprefix(front), self._files[name]))
        self._others[folder] = others.hexdigest()
        others.update(_told(settings, self._files.get(settings, b"")))
        self._keys[folder] = others.hexdigest()

    # ---- partners

    def entry(self, name: str) -> Entry | None:
        """What is known of a partner, when it still holds."""
        known = self._known.get(name)
        if known is None or name not in self._keys or known.key != self._keys[name]:
            return None
        self._now[name] = known
        return known

    def settings(self, name: str) -> bytes | None:
        """The partner's file as it was when everything was read."""
        return self._files.get(f"{PARTNERS}/{name}/partner.yaml")

    def keep(self, name: str, text: YamlText, found: Iterable[Problem]) -> None:
        """Remember what was read of a partner who can be used."""
        sources = (f"{name}/partner.yaml", f"_like/{text.data.get('like')}.yaml", "_own.yaml")
        if name not in self._keys or not all(map(self._tells_nothing, sources)):
            return
        rules = {each: text.data.get(each) for each in _MAPPED}
        mapped = sha256(self._others[name].encode() + json.dumps(rules).encode()).hexdigest()
        made = Entry(self._keys[name], mapped, text.data, pack(text), list(found))
        made.rows = self._rows(name, text.data)
        known = self._known.get(name)
        if known is not None and known.maps == []:
            before = set(known.rows)
            made.same = frozenset(at for at, key in enumerate(made.rows) if key in before)
        maps = None if known is None or known.mapped != mapped else known.maps
        if maps is not None and not any(each.place.file == text.file for each in maps):
            made.maps = maps  # no place of theirs is in his file, where it may be another one now
        self._now[name] = made

    def _rows(self, name: str, data: Any) -> list[str]:
        front = f"{PARTNERS}/{name}/"
        files = {each.removeprefix(front): self._files[each] for each in self._inside[name]}
        files.pop("partner.yaml", None)
        runs = self._looked[1] is not None or data.get("functions") is not None
        return row_keys(self._common, data, files, whole=runs)

    def _tells_nothing(self, name: str) -> bool:
        """Whether a file may be kept as it is: an address with a key in it may not."""
        if name not in self._plain:
            inside = f"{PARTNERS}/{name}"
            data = self._files.get(inside)
            self._plain[name] = data is None or as_kept(inside, data) == data
        return self._plain[name]

    def now(self, name: str) -> Entry | None:
        """What this check knows of a partner so far."""
        return self._now.get(name)

    def house(self, asked: Iterable[str]) -> Entry:
        """What is known of the formats of the ERP, for these documents."""
        key = f"{self._keys[HOUSE]} {' '.join(sorted(asked))}"
        known = self._known.get(HOUSE)
        self._now[HOUSE] = known if known is not None and known.key == key else Entry(key)
        return self._now[HOUSE]

    def save(self) -> None:
        """Write it, for the owner alone. A workspace that cannot be written to has no cache."""
        if self._now == self._known or contents_of(self.root, *self._looked) != self._files:
            return  # what was changed meanwhile was not what this check saw
        lines = [each.line or _line(name, each) for name, each in self._now.items()]
        text = "\n".join([json.dumps({"form": FORM}), *lines])
        new = self.file.with_suffix(f".{secrets.token_hex(6)}.new")
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            try:
                handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                new.replace(self.file)
            finally:
                new.unlink(missing_ok=True)


def _line(name: str, entry: Entry) -> str:
    lists = {"found": entry.found, "checked": entry.checked, "maps": entry.maps}
    shown = {
        name: None if each is None else [one.as_json() for one in each]
        for name, each in lists.items()
    }
    row = {
        "name": name,
        "key": entry.key,
        "mapped": entry.mapped,
        "data": entry.data,
        "marks": entry.marks,
        "rows": entry.rows,
        **shown,
    }
    return json.dumps(row, separators=(",", ":"))


def _read(file: Path) -> dict[str, Entry]:
    """What a file holds; nothing where it is not there or not what it should be."""
    try:
        head, *lines = _own(file).decode().split("\n")
        if json.loads(head)["form"] != FORM:
            return {}
        return dict(_entry(line) for line in lines)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _own(file: Path) -> bytes:
    """What this user wrote, and nobody else could; of a pipe or of a flood nothing."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(file, flags), "rb") as opened:
        status = os.fstat(opened.fileno())
        mine = os.name == "nt" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)
        if not (stat.S_ISREG(status.st_mode) and mine) or status.st_size > MOST_BYTES:
            return b""
        return opened.read(MOST_BYTES)


def _entry(line: str) -> tuple[str, Entry]:
    row = json.loads(line)
    found, checked, maps = (
        None if row[name] is None else [Problem.from_json(each) for each in row[name]]
        for name in ("found", "checked", "maps")
    )
    marks = {str(top): str(text) for top, text in row["marks"].items()}
    key, mapped = str(row["key"]), str(row["mapped"])
    rows = [str(each) for each in row["rows"]]
    entry = Entry(
        key, mapped, row["data"], marks, found or [], checked or [], maps, rows, line=line
    )
    return str(row["name"]), entry


def _told(name: str, data: bytes) -> bytes:
    return f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data


def _stamps(folder: Path) -> bytes:
    """Names, sizes and times of files that are too large to be read for this."""
    try:
        rows = sorted(f"{each.name} {each.stat().st_size} {each.stat().st_mtime_ns}"
                      for each in os.scandir(folder))  # fmt: skip
    except OSError:
        return b""
    return "\n".join(rows).encode("utf-8", "surrogateescape")


def _names(folder: Path) -> bytes:
    """Names of what lies in a folder of which nothing else decides."""
    try:
        found = sorted(each.name for each in os.scandir(folder))
        return "\n".join(found).encode("utf-8", "surrogateescape")
    except OSError:
        return b""


def _package() -> bytes:
    """What this package is: its version, and for whoever works on it, the times of its files."""
    code, data = Path(gateway.__file__).parent, installed()
    program = sum(_times(str(code), ".py"))
    grammars = sum(_times(str(data / "grammars"), "")) if data == code.parent else 0
    return f"{version()} {program} {grammars} {FORM}".encode()


def _times(folder: str, end: str) -> Iterator[int]:
    """When each file was changed last."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _times(entry.path, end)
        elif entry.name.endswith(end):
            yield entry.stat().st_mtime_ns
