"""How much of real files the maps read: of folders, or of what the archive holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config.models import Partner
from gateway.config.translation import Translation
from gateway.grammar import read
from gateway.grammar.envelope import MessageFound, walk
from gateway.mapping.share import Share, share
from gateway.pipeline.house import House
from gateway.pipeline.inbound import codec_of
from gateway.pipeline.samples import EDI, agreement_for, message_map
from gateway.store import Filter, search
from gateway.syntax import detect, read_bytes
from gateway.syntax.record import Record

_MOST_BYTES = 64_000_000


@dataclass(slots=True)
class Covered:
    """One message or document of a file."""

    file: str
    what: str
    """``edifact/D96A/ORDERS 1``, ``csv/order 2``."""
    kind: str
    """``edifact/D96A/ORDERS``."""
    share: Share = field(default_factory=Share)
    reason: str = ""
    """Why nothing was counted."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        counts = self.share.as_json()
        return {"file": self.file, "what": self.what, "reason": self.reason, **counts}


def of_files(
    translation: Translation,
    paths: Iterable[Path],
    partner: Partner | None = None,
    document: str | None = None,
) -> Iterator[Covered]:
    """The messages of files of partners, or (with ``document``) the documents of ERP files."""
    for path in paths:
        if path.stat().st_size > _MOST_BYTES:
            yield Covered(str(path), path.name, "", reason="larger than 64 MB")
            continue
        data = path.read_bytes()
        if str(detect(data[:4096])) in EDI:
            yield from _messages(translation, str(path), data, partner)
        elif document is not None:
            yield from _documents(translation, path, data, document)


def of_archive(house: House, wanted: Filter) -> Iterator[Covered]:
    """The messages from partners that the store holds, newest first."""
    with house.store.read() as connection:
        rows = search.find(connection, wanted)
    done: set[str] = set()
    for row in rows:
        if row.direction != "in" or row.kind != "file" or row.payload is None:
            continue
        if row.payload in done:
            continue
        done.add(row.payload)
        try:
            data = house.store.payload(row.payload)
        except KeyError:
            continue
        if str(detect(data[:4096])) in EDI:
            owner, _ = house.partner_of(row.source)
            yield from _messages(house.translation, f"message {row.id}", data, owner)


def _messages(
    translation: Translation, file: str, data: bytes, partner: Partner | None
) -> Iterator[Covered]:
    kind = str(detect(data[:4096]))
    for event in walk(read_bytes(data, codec=codec_of(partner, kind)), translation.library.service):
        if isinstance(event, MessageFound):
            yield _message(translation, file, event, partner)


def _message(
    translation: Translation, file: str, event: MessageFound, partner: Partner | None
) -> Covered:
    header, part = event.header, event.part
    standard = part.dialect.standard if part.dialect else "edifact"
    kind = f"{standard}/{header.directory}/{header.type}"
    covered = Covered(file, f"{kind} {header.reference}", kind)
    agreement = agreement_for(partner, standard, header.type)
    if agreement is not None and agreement.standard.directory != header.directory:
        agreement = None
    compiled, _ = message_map(
        translation, standard, header.directory, header.type, partner, agreement
    )
    if compiled is None or compiled.grammar is None:
        covered.reason = "no map"
        return covered
    tree = read(part, compiled.grammar).tree
    if tree is None:
        covered.reason = "not of the structure of its grammar"
        return covered
    covered.share = share(compiled, tree)
    return covered


def _documents(
    translation: Translation, path: Path, data: bytes, document: str
) -> Iterator[Covered]:
    form = translation.erp_form(document, path.name, data)
    compiled, _ = translation.erp_map(document, form)
    kind = f"{form}/{document}"
    if compiled is None or compiled.layout is None:
        yield Covered(str(path), kind, kind, reason="no map")
        return
    for number, one in enumerate(compiled.layout.read(data).found, 1):
        covered = Covered(str(path), f"{kind} {number}", kind)
        record: Record | None = one.record
        if record is None:
            covered.reason = "refused by its layout"
        else:
            covered.share = share(compiled, record)
        yield covered
