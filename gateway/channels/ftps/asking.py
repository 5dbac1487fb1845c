"""Questions to a server about its files, each of one or a few commands. They block."""

from __future__ import annotations

import ftplib
import posixpath
from collections.abc import Iterator
from contextlib import suppress

from gateway.channels.ftps import listing
from gateway.channels.ftps.failure import is_missing
from gateway.channels.ftps.session import Session
from gateway.channels.remote.directory import Entry

MOST_LISTED = 128_000_000
"""Bytes of one list: a million files."""
MOST_ENTRIES = 500_000
"""Of one list: a line of three bytes becomes an entry of a hundred."""
MOST_ASKED = 5000
"""Files of a folder on a server that has to be asked for each of them."""


def listed(session: Session, folder: str) -> list[Entry]:
    """What is in a folder, by MLSD. Raises ``ValueError`` for lines that are none."""
    lines = _few(session.lines(_of("MLSD", folder), MOST_LISTED))
    return [found for found in map(listing.entry, lines) if found is not None]


def names(session: Session, folder: str) -> list[str]:
    """The names in a folder, by NLST; some servers put the folder before them.

    Raises ``ftplib.Error``; ``error_proto`` for more than can be asked about.
    """
    try:
        lines = list(_few(session.lines(_of("NLST", folder), MOST_LISTED)))
    except ftplib.error_perm as failure:
        if str(failure).startswith("550") and is_folder(session, folder):
            return []  # how some servers say that nothing is in it
        raise
    found = [posixpath.basename(line) for line in lines]
    if len(found) > MOST_ASKED:
        raise ftplib.error_proto(
            f"the folder has {len(found)} files, and without MLSD each has to be asked for; "
            f"{MOST_ASKED} at most"
        )
    return [name for name in found if name not in ("", ".", "..")]


def _few(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == MOST_ENTRIES:
            raise ftplib.error_proto(f"a list of more than {MOST_ENTRIES} lines")
        yield line


def stat(session: Session, path: str) -> Entry | None:
    """One thing; ``None`` when it is not there. Raises ``ftplib.Error``."""
    name = posixpath.basename(path.rstrip("/")) or path
    if "MLST" in session.features:
        return _told(session, path, name)
    there = size(session, path)
    if there is None:
        return Entry(name, "folder") if is_folder(session, path) else None
    changed = None
    with suppress(ftplib.error_perm, ftplib.error_temp):
        changed = listing.instant(session.sendcmd(f"MDTM {path}")[4:])
    return Entry(name, "file", there, changed)


def size(session: Session, path: str) -> int | None:
    """Bytes of a file; ``None`` when it is not there, or is none. Raises ``ftplib.Error``."""
    try:
        told = listing.number(session.sendcmd(f"SIZE {path}")[4:])
    except ftplib.error_perm as failure:
        if is_missing(str(failure)):
            return None
        raise
    if told is None:
        raise ftplib.error_proto("the size of a file is no number")
    return told


def is_folder(session: Session, path: str) -> bool:
    """Whether it is one: whether one can go there."""
    try:
        session.cwd(path)
    except (ftplib.error_perm, ftplib.error_temp):
        return False
    if session.home:
        session.cwd(session.home)
    return True


def rename(session: Session, source: str, target: str, replace: bool) -> None:
    """RNFR, RNTO. A server that does not replace is told to delete the old file first."""
    try:
        session.rename(source, target)
    except ftplib.error_perm as failure:
        if not replace or is_missing(str(failure)) or size(session, target) is None:
            raise
        session.delete(target)
        session.rename(source, target)


def _told(session: Session, path: str, name: str) -> Entry | None:
    try:
        reply = session.sendcmd(f"MLST {path}")
    except ftplib.error_perm as failure:
        if is_missing(str(failure)):
            return None
        raise
    lines = reply.split("\n")
    if len(lines) < 2:
        raise ftplib.error_proto("a reply to MLST without facts")
    return listing.one(lines[1], name)


def _of(command: str, folder: str) -> str:
    """A list of a folder; a name like an option would be taken for one."""
    if folder in ("", "."):
        return command
    return f"{command} ./{folder}" if folder.startswith("-") else f"{command} {folder}"
