"""Which parts of a mail are files, and why the others are not."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.channels.mail.mime import Part
from gateway.problems import Problem, problem

LONGEST = 120
"""Of a name, in characters."""
_TEXT = ("text/plain", "text/html", "text/enriched", "text/x-amp-html", "text/calendar")
_ABOUT = (
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "message/delivery-status",
    "message/disposition-notification",
    "text/rfc822-headers",
)
"""Parts about the mail itself."""
_DECORATION = ("image/", "video/", "audio/", "font/", "text/css")
_ENDINGS = {
    ".zip": "a ZIP archive",
    ".gz": "compressed (gzip)",
    ".tgz": "an archive (tar, gzip)",
    ".tar": "an archive (tar)",
    ".7z": "a 7-Zip archive",
    ".rar": "a RAR archive",
    ".p7m": "an encrypted or signed mail (S/MIME)",
}
_KINDS = {
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/x-7z-compressed": ".7z",
    "application/vnd.rar": ".rar",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
}
_ENDING = {"application/edifact": ".edi", "application/edi-x12": ".x12"}
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is a file."""

    number: str
    """Of the part."""
    name: str
    """What the sender calls it, without any folder; two may have the same name."""
    part: Part


def attachments(parts: Sequence[Part], mail: str) -> tuple[list[Attachment], list[Problem]]:
    """The files of a mail; what is left with its reason (T460, T461; T459: none is there).

    ``mail``: what a person knows it by.
    """
    found: list[Attachment] = []
    left: list[Problem] = []
    for part in parts:
        if not _is_file(part):
            continue
        name = name_of(part)
        closed = _closed(part, name, mail)
        if closed is None:
            found.append(Attachment(part.number, name, part))
        else:
            left.append(closed)
    if not found and not left:
        left.append(problem("T459", mail=mail))
    return found, left


def name_of(part: Part) -> str:
    """The name of a file: that of its sender without folders, or one made from its number."""
    name = _plain(part.filename)
    if name:
        return name
    ending = _ENDING.get(part.kind) or mimetypes.guess_extension(part.kind) or ".dat"
    return f"part-{part.number}{ending}"


def _plain(written: str) -> str:
    last = re.split(r"[/\\]", written.strip())[-1]
    name = " ".join(_UNFIT.sub("", last).split()).strip(". ")
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:LONGEST]
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}"


def _is_file(part: Part) -> bool:
    kind = part.kind
    if part.disposition == "attachment":
        return kind not in _ABOUT
    if kind in _ABOUT:
        return False
    if part.inside == "multipart/related" and kind.startswith(_DECORATION):
        return False  # a picture of the text
    return bool(part.filename) or kind not in _TEXT


def _closed(part: Part, name: str, mail: str) -> Problem | None:
    """Why a file is not opened."""
    lower = name.lower()
    if part.kind in ("application/ms-tnef", "application/vnd.ms-tnef") or lower == "winmail.dat":
        return problem("T460", name=name, mail=mail)
    ending = next((each for each in _ENDINGS if lower.endswith(each)), None)
    if ending is None and "." not in lower.removeprefix(f"part-{part.number}"):
        ending = _KINDS.get(part.kind)
    if ending is None and not part.filename:
        ending = _KINDS.get(part.kind)
    if ending is None:
        return None
    return problem("T461", name=name, mail=mail, kind=_ENDINGS[ending])


def shown(problems: Iterable[Problem]) -> Problem:
    """The one of several that says the most."""
    return sorted(problems, key=lambda found: found.code != "T460")[0]
