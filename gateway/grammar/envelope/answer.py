"""Settings of an interchange that answers another one.

An answer is owed also to a header that no envelope of ours would have: what it copies is cut and
cleaned as far as our own grammar asks, and never refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.grammar.envelope.model import GroupHeader, Identity, Interchange
from gateway.grammar.envelope.wrap import Outgoing, wrap
from gateway.syntax import Dialect, write_segments
from gateway.syntax.charset import LEVELS
from gateway.syntax.delimiters import EDIFACT_3, EDIFACT_4, X12_00401
from gateway.syntax.normal import LOST

_UNKNOWN = "ZZ"
"""Stands for a party that the subject of an answer does not name."""
_NARROW = frozenset({"UNOA", "UNOB"})
_WIDE, _WIDE_CODEC = "UNOC", "iso8859-1"
_X12_VERSIONS: Mapping[str, str] = {
    "002": "00 01 04",
    "003": "00 01 02 03 04 05 06 07",
    "004": "00 01 02 03 04 05 06",
    "005": "00 01 02 03 04 05",
    "006": "00 01 02 03 04 05",
    "007": "00 01 02 03 04",
    "008": "00 01",
}
"""ISA12 (data element I11): the last two digits of each version."""
_RELEASE = re.compile("00[2-8][0-9]{3}")


def answering(
    interchange: Interchange,
    reference: str,
    at: dt.datetime,
    *,
    group: GroupHeader | None = None,
    content: Sequence[Sequence[str]] = (),
) -> Outgoing:
    """Settings of an interchange back to the sender: parties swapped, same syntax.

    ``group`` is the one that a 997 answers (its codes are swapped, its release is kept).
    ``content`` are the messages to be carried: they copy what the partner sent, also letters that
    his level UNOA or UNOB does not have; the answer is then written in UNOC.
    """
    dialect = _sound(interchange.dialect)
    outgoing = Outgoing(
        dialect=dialect,
        sender=_copied(interchange.receiver, dialect),
        receiver=_copied(interchange.sender, dialect),
        reference=reference,
        at=at,
        type="997" if interchange.standard == "x12" else "CONTRL",
        test=interchange.test,
    )
    if group is not None:
        outgoing = replace(
            outgoing,
            directory=group.directory if _RELEASE.fullmatch(group.directory) else "",
            group_sender=_code(group.receiver, dialect),
            group_receiver=_code(group.sender, dialect),
        )
    if dialect.level in _NARROW and write_segments(wrap(content, outgoing), dialect)[1]:
        outgoing = replace(outgoing, dialect=replace(dialect, level=_WIDE, codec=_WIDE_CODEC))
    return outgoing


def _sound(dialect: Dialect) -> Dialect:
    """The syntax of an answer: that of its subject, as far as it can be written and read."""
    signs = dialect.delimiters
    roles = [signs.component, signs.element, signs.release, signs.repetition, signs.terminator]
    used = [sign for sign in roles if sign]
    clear = len(set(used)) == len(used) and all((signs.component, signs.element, signs.terminator))
    if dialect.standard == "x12":
        known = _X12_VERSIONS.get(dialect.version[:3], "").split()
        if clear and dialect.version[3:] in known:
            # a release character would have to be named in ISX, which an answer does without
            return replace(dialect, delimiters=replace(signs, release=""))
        return replace(dialect, delimiters=X12_00401, version="00401")
    version = dialect.version if dialect.version in ("1", "2", "3", "4") else "3"
    default = EDIFACT_4 if version == "4" else EDIFACT_3
    level, codec = dialect.level, dialect.codec
    if level not in LEVELS:
        level, codec = _WIDE, _WIDE_CODEC
    return Dialect("edifact", version, signs if clear else default, codec, level)


def _copied(identity: Identity, dialect: Dialect) -> Identity:
    """A party as the partner wrote it, as far as an envelope can hold it: never refused."""
    width, mark = (35, 4) if dialect.standard == "edifact" else (15, 2)
    signs = dialect.delimiters
    # EDIFACT releases what is not plain; X12 cannot, so a sign is chosen that separates nothing.
    taken = {signs.component, signs.element, signs.repetition, signs.terminator, signs.release}
    if dialect.standard == "edifact" and signs.release:
        taken = set()
    dot = next(sign for sign in ".-_/X" if sign not in taken)
    texts = []
    for text, most in ((identity.id, width), (identity.qualifier, mark), (identity.routing, 14)):
        known = "".join(
            sign if _writable(sign, dialect.codec) and sign not in taken else dot for sign in text
        )
        texts.append(known[:most].strip())
    if dialect.standard == "x12":
        texts[1] = texts[1] or _UNKNOWN
    return Identity(texts[0] or _UNKNOWN, *texts[1:])


def _code(identity: Identity, dialect: Dialect) -> str:
    """GS02, GS03 as they came; empty where they are none, so that the id in ISA stands in."""
    return _copied(identity, dialect).id if len(identity.id.strip()) >= 2 else ""


def _writable(sign: str, codec: str) -> bool:
    try:
        sign.encode(codec)
    except UnicodeEncodeError:
        return False
    return sign.isprintable() and sign != LOST
