"""Members of a zip of zips, within limits: what is in it comes from outside."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from gateway.grammar.importing.result import Imported, Source

MEMBERS = 5_000
"""The largest directory has 230."""
CONTENTS = 2 * 1024 * 1024
"""Bytes of the table of contents of one archive; 5,000 long names do not reach it."""
DEPTH = 3
MEMBER_BYTES = 32 * 1024 * 1024
"""The largest code list has 2 MB."""
TOTAL_BYTES = 256 * 1024 * 1024
"""The largest directory has 20 MB."""
RATIO = 200
"""Unpacked to packed; text of this kind is packed 10:1."""
_CHUNK = 1024 * 1024
_TAIL = 22 + 65_535
"""The end record and the longest comment behind it."""
_END = re.compile(rb"PK\x05\x06(?=.{8}(?P<size>.{4}))", re.DOTALL)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)


class RefusedError(Exception):
    """The archive is beyond a limit; the problem is reported."""


@dataclass(slots=True)
class Archive:
    """Reads the wanted members of an archive and of the archives in it."""

    imported: Imported
    wanted: Callable[[str], bool]
    """By base name, in capitals."""
    members: int = 0
    unpacked: int = 0

    def sources(self, name: str, data: bytes, depth: int = 1) -> Iterator[Source]:
        """Wanted members, in the order of the archive.

        Raises :class:`RefusedError` beyond a limit; a damaged member is reported and left out.
        """
        if _contents(data) > CONTENTS:  # before all of it is made objects
            self._refuse(name, "its table of contents is too long", f"{CONTENTS:,} bytes")
        try:
            archive = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            self.imported.report("G502", name, member=name, reason=str(error))
            return
        with archive:
            for info in archive.infolist():
                self.members += 1
                if self.members > MEMBERS:
                    self._refuse(name, f"it has more than {MEMBERS} members", str(MEMBERS))
                base = PurePosixPath(info.filename.replace("\\", "/")).name
                inner = base.upper().endswith(".ZIP") and not base.startswith("._")
                if info.is_dir() or not (inner or self.wanted(base.upper())):
                    continue
                shown = f"{name}/{_printable(base)}"
                content = self._read(archive, info, shown)
                if content is None:
                    continue
                if not inner:
                    yield Source.of(shown, content)
                elif depth == DEPTH:
                    self._refuse(name, "archives stand in archives", f"{DEPTH} levels")
                else:
                    yield from self.sources(shown, content, depth + 1)

    def _read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str) -> bytes | None:
        """The content, cut off by what really comes, not by what the archive says of itself."""
        most = min(
            MEMBER_BYTES, TOTAL_BYTES - self.unpacked, max(_CHUNK, info.compress_size * RATIO)
        )
        found = bytearray()
        try:
            with archive.open(info) as stream:
                while len(found) <= most and (piece := stream.read(_CHUNK)):
                    found += piece
        except _BROKEN as error:
            self.imported.report("G502", shown, member=shown, reason=str(error))
            return None
        if len(found) > most:
            self._refuse(shown, "it unpacks to more", f"{most:,} bytes here")
        self.unpacked += len(found)
        return bytes(found)

    def _refuse(self, file: str, reason: str, limit: str) -> None:
        self.imported.report("G503", file, reason=reason, limit=limit)
        raise RefusedError


def _contents(data: bytes) -> int:
    """Size of the central directory, by the end record that says most (APPNOTE 4.3.16)."""
    tail = data[-_TAIL:]
    found = 0
    for known in _END.finditer(tail):
        found = max(found, int.from_bytes(known["size"], "little"))
    return found


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)
