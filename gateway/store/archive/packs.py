"""Packs: many small old payloads in one file, so that a folder does not hold millions of them.

A pack is a plain ZIP archive whose members are named by their SHA-256: any tool reads it in thirty
years. Beside it lies a sorted index (``.idx``), a shortcut that is built again when it is missing.
A pack never changes: one without some payloads is a new pack that takes the place of the old one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import mmap
import os
import secrets
import struct
import threading
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from gateway.store.archive.payload import Held
from gateway.store.durable import make_folder, rename_new, sync_folder, write_synced

MOST_FILES = 60_000
"""Members of a pack; more would need the 64-bit form of ZIP, which old tools do not read."""
_MAGIC = b"EDIPACK1"
_ROW = struct.Struct(">32sQII")
_LOCAL = struct.Struct("<4s22xHH")
"""The head of a ZIP member: signature, lengths of its name and of its extra field."""


class PackDamagedError(OSError):
    """A member of a pack does not have the hash that is its name."""


@dataclass(frozen=True, slots=True)
class Member:
    """Where a payload lies in a pack."""

    path: Path
    offset: int
    packed: int
    size: int


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack and its index in memory (mapped, so that it costs none while nobody asks)."""

    path: Path
    since: datetime
    rows: bytes | mmap.mmap = field(repr=False)

    def __len__(self) -> int:
        """How many payloads."""
        return (len(self.rows) - len(_MAGIC)) // _ROW.size

    def row(self, number: int) -> tuple[bytes, int, int, int]:
        """Digest, offset, packed size, size."""
        digest, offset, packed, size = _ROW.unpack_from(self.rows, len(_MAGIC) + number * _ROW.size)
        return digest, offset, packed, size

    def find(self, digest: bytes) -> Member | None:
        """Where a payload lies."""
        number = self._place(digest)
        if number == len(self) or self.row(number)[0] != digest:
            return None
        return Member(self.path, *self.row(number)[1:])

    def shas(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Names and sizes of the payloads whose names begin so."""
        for number in range(self._place(bytes.fromhex(prefix)), len(self)):
            digest, _, _, size = self.row(number)
            if not digest.hex().startswith(prefix):
                return
            yield digest.hex(), size

    def _place(self, digest: bytes) -> int:
        return bisect_left(range(len(self)), digest, key=lambda each: self.row(each)[0])


class Packs:
    """All packs of one archive; other machines may add and replace some at any time."""

    def __init__(self, folder: Path, checkpoint: Callable[[str], None]) -> None:
        self.folder = folder
        self._checkpoint = checkpoint
        self._packs: dict[str, Pack] = {}
        self._lock = threading.Lock()

    def find(self, sha: str) -> Member | None:
        """Where a payload lies."""
        digest = bytes.fromhex(sha)
        for look in (self._known, self._look):
            for pack in look():
                found = pack.find(digest)
                if found is not None and found.path.exists():  # not replaced by another machine
                    return found
        return None

    def open(self, sha: str) -> BinaryIO | None:
        """The bytes of a payload."""
        for _ in range(2):
            member = self.find(sha)
            if member is None:
                return None
            with contextlib.suppress(FileNotFoundError):  # replaced by another pack just now
                return io.BytesIO(_unpacked(member))
            self._forget(member.path.name)
        return None

    def held(self, prefix: str = "") -> Iterator[Held]:
        """Everything in packs."""
        for pack in self._look():
            for sha, size in pack.shas(prefix):
                yield Held(sha, size, pack.since)

    def add(self, month: str, files: Iterable[tuple[str, Path]], temporary: Path) -> Pack | None:
        """Pack files, read the pack back, and give it its name; ``None`` when none is left.

        A file that vanished, or whose hash is wrong, is left out. Raises
        :class:`PackDamagedError` when what was written is not what is read.
        """
        return self._write(month, _read_files(files), temporary)

    def remove(self, shas: Collection[str], temporary: Path) -> None:
        """Replace packs by ones without these payloads."""
        wanted = {bytes.fromhex(sha) for sha in shas}
        for pack in self._look():
            hit = {digest for digest in wanted if pack.find(digest) is not None}
            if hit:
                rest = _read_pack(pack, without=hit)
                self._write(pack.path.name[:7], rest, temporary, since=pack.since)
                pack.path.unlink(missing_ok=True)
                self._checkpoint("pack: replaced")
                _index(pack.path).unlink(missing_ok=True)
                self._forget(pack.path.name)

    def _write(
        self,
        month: str,
        payloads: Iterable[tuple[str, bytes]],
        temporary: Path,
        since: datetime | None = None,
    ) -> Pack | None:
        make_folder(self.folder)
        make_folder(temporary)
        half = temporary / f"{secrets.token_hex(8)}.zip"
        try:
            names = _zip(half, payloads)
            if not names:
                return None
            if since is not None:
                os.utime(half, (since.timestamp(), since.timestamp()))
            name = f"{month}-{hashlib.sha256(''.join(sorted(names)).encode()).hexdigest()[:12]}"
            final = self.folder / f"{name}.zip"
            rows = _rows(half)
            self._checkpoint("pack: written")
            _verify(half, rows)
            write_synced(_index(half), rows)
            _index(half).replace(_index(final))
            self._checkpoint("pack: indexed")
            with contextlib.suppress(FileExistsError):  # the same payloads: the same pack
                rename_new(half, final)
            sync_folder(self.folder)
            self._checkpoint("pack: named")
        finally:
            half.unlink(missing_ok=True)
            _index(half).unlink(missing_ok=True)
        return self._load(final)

    def _known(self) -> list[Pack]:
        with self._lock:
            return list(self._packs.values())

    def _look(self) -> list[Pack]:
        """The packs that are there now."""
        try:
            with os.scandir(self.folder) as entries:
                names = [entry.name for entry in entries if entry.name.endswith(".zip")]
        except FileNotFoundError:
            return []
        with self._lock:
            kept = {name: pack for name, pack in self._packs.items() if name in names}
            for name in names:
                if name not in kept:
                    with contextlib.suppress(FileNotFoundError):
                        kept[name] = self._load(self.folder / name)
            self._packs = kept
            return list(kept.values())

    def _load(self, path: Path) -> Pack:
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        index = _index(path)
        for _ in range(2):
            with contextlib.suppress(FileNotFoundError, ValueError), index.open("rb") as file:
                rows = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                if rows[: len(_MAGIC)] == _MAGIC and not (len(rows) - len(_MAGIC)) % _ROW.size:
                    return Pack(path, since, rows)
            half = index.with_name(f".{secrets.token_hex(8)}.idx")
            try:
                write_synced(half, _rows(path))
                half.replace(index)
            except PermissionError:  # a backup that may only be read
                break
            except OSError as failure:
                if failure.errno != errno.EROFS:
                    raise
                break
        return Pack(path, since, _rows(path))

    def _forget(self, name: str) -> None:
        with self._lock:
            self._packs.pop(name, None)


def _index(path: Path) -> Path:
    return path.with_suffix(".idx")


def _zip(path: Path, payloads: Iterable[tuple[str, bytes]]) -> list[str]:
    """A synced ZIP archive; the names in it."""
    names: list[str] = []
    with path.open("xb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
            for name, data in payloads:
                pack.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
                names.append(name)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o440)
    return names


def _rows(path: Path) -> bytes:
    """The index of a pack, read from its directory."""
    rows = []
    with path.open("rb") as file, zipfile.ZipFile(file) as pack:
        for info in pack.infolist():
            file.seek(info.header_offset)
            _, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
            offset = info.header_offset + _LOCAL.size + name + extra
            digest = bytes.fromhex(info.filename)
            rows.append(_ROW.pack(digest, offset, info.compress_size, info.file_size))
    return _MAGIC + b"".join(sorted(rows))


def _verify(path: Path, rows: bytes) -> None:
    """Every payload, read the way it will be read, has the hash that is its name."""
    pack = Pack(path, datetime.now(UTC), rows)
    for number in range(len(pack)):
        digest, offset, packed, size = pack.row(number)
        data = _unpacked(Member(path, offset, packed, size))
        if hashlib.sha256(data).digest() != digest:
            raise PackDamagedError(errno.EIO, "a payload changed while it was packed", digest.hex())


def _unpacked(member: Member) -> bytes:
    with member.path.open("rb") as file:
        file.seek(member.offset)
        packed = file.read(member.packed)
    try:
        return zlib.decompress(packed, -zlib.MAX_WBITS, member.size or 1)
    except zlib.error as damage:
        text = f"a pack is damaged: {damage}"
        raise PackDamagedError(errno.EIO, text, str(member.path)) from None


def _read_files(files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, bytes]]:
    for sha, path in files:
        with contextlib.suppress(FileNotFoundError):
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == sha:  # a damaged one is the doctor's business
                yield sha, data


def _read_pack(pack: Pack, without: Collection[bytes]) -> Iterator[tuple[str, bytes]]:
    for number in range(len(pack)):
        digest, *place = pack.row(number)
        if digest not in without:
            yield digest.hex(), _unpacked(Member(pack.path, *place))
