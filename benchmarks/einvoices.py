"""What is lost of electronic invoices on the way through the other syntax and back.

    python -m benchmarks.einvoices FOLDER [--artefacts FOLDER]

For each invoice (UBL, CII) below FOLDER: read it, write it in the other syntax, read that, write
it in its own syntax again, read that. The three documents must be equal; what of the file no row
of the map reads is shown. With ``--artefacts`` the written files are also checked by the rules in
that folder; told are fatal findings that the first file did not have.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.documents import Invoice
from gateway.documents.invoiceterms import terms
from gateway.einvoice import KINDS, NotEInvoice, recognise
from gateway.einvoice.formats import MAPS, read_invoices, write_invoice
from gateway.grammar import Library, packaged
from gateway.mapping import Maps
from gateway.problems import Problem, errors
from gateway.validation import Validator

ROOT = Path(__file__).resolve().parents[1]
_MOST_SHOWN = 6
_INDEX = re.compile(r"\[\d+\]")
_SHARED = ("seller", "buyer", "payee", "ship_to")
_TERMS = {path for _, path in terms(Invoice)} | {
    "note", "lines.gtin", "lines.standard_item.value", "payment.account.number",
    "further_invoices.number", "further_invoices.date", "payment.further.means",
    *(f"{party}.{name}" for party in _SHARED
      for name in ("gln", "buyer_number", "supplier_number", "identifiers.value",
                   "identifiers.scheme", "legal_id.value", "legal_id.scheme", "endpoint.value",
                   "endpoint.scheme")),
    "lines.standard_item.scheme", "invoiced_object.value", "invoiced_object.scheme",
    "lines.invoiced_object.value", "lines.invoiced_object.scheme",
    "lines.classifications.scheme", "lines.classifications.version", "attachments.mime",
    "attachments.filename",
}  # fmt: skip
"""Fields that are terms of EN 16931, or a part of one."""


@dataclass
class Outcome:
    """What became of one file."""

    kind: str
    losses: list[str] = field(default_factory=list)
    """Fields that differ, and problems that stopped it."""
    added: list[str] = field(default_factory=list)
    """Terms that the other syntax requires and that follow from others."""
    beside: list[str] = field(default_factory=list)
    """What the document knows beyond EN 16931 and the other syntax has no place for."""
    unread: list[str] = field(default_factory=list)
    """What of the file no row reads."""
    fatal: list[str] = field(default_factory=list)
    """Fatal findings that only the written files have."""


def round_trip(maps: Maps, data: bytes, validator: Validator | None) -> Outcome:
    """One file there and back."""
    (found,) = read_invoices(maps, data)
    outcome = Outcome(found.kind)
    outcome.unread = [_unread(one) for one in found.problems if one.code == "V511"]
    if found.document is None:
        outcome.losses = [str(one) for one in errors(found.problems)]
        return outcome
    own = "ubl" if found.kind.startswith("ubl") else "cii"
    there = "cii" if own == "ubl" else "ubl"
    before = _fatal(validator, data)
    document = found.document
    for kind in (there, own):
        written, problems = write_invoice(maps, document, kind)
        outcome.losses += [f"{kind}: {one}" for one in problems if one.code != "V513"]
        (again,) = read_invoices(maps, written)
        outcome.losses += [f"{kind}: not read {_unread(one)}" for one in again.problems]
        if again.document is None:
            return outcome
        _sort(outcome, kind, found.document, again.document)
        outcome.fatal += sorted(_fatal(validator, written) - before)
        document = again.document
    return outcome


def _sort(outcome: Outcome, kind: str, first: Invoice, second: Invoice) -> None:
    """Put each field that differs where it belongs."""
    one, two = (dict(_flat(document.to_data())) for document in (first, second))
    for path in sorted({*one, *two}):
        before, after = one.get(path), two.get(path)
        if before == after:
            continue
        said = f"{kind}: {path}: {before} | {after}"
        if before is None:
            outcome.added.append(said)
        elif _INDEX.sub("", path) in _TERMS:
            outcome.losses.append(said)
        else:
            outcome.beside.append(said)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path}[{index}]")
    else:
        yield path, value


def _unread(found: Problem) -> str:
    return f"{found.place.path or found.facts.get('path', '')} = {found.facts.get('value', '')}"


def _fatal(validator: Validator | None, data: bytes) -> set[str]:
    if validator is None:
        return set()
    return {one.facts.get("rule", one.code) for one in errors(validator.check(data))}


def _invoices(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() != ".xml" or not path.is_file():
            continue
        data = path.read_bytes()
        try:
            if recognise(data).kind in MAPS:
                yield path, data
        except NotEInvoice:
            continue


def main() -> None:
    parser = argparse.ArgumentParser(description="invoices through the other syntax and back")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--artefacts", type=Path)
    given = parser.parse_args()
    maps = Maps(Library(ROOT / "grammars", packaged()), None, [ROOT / "mappings"])
    validator = Validator(given.artefacts) if given.artefacts else None
    whole = count = seconds = 0.0
    for path, data in _invoices(given.folder):
        started = time.perf_counter()
        outcome = round_trip(maps, data, validator)
        seconds += time.perf_counter() - started
        count += 1
        whole += not outcome.losses
        said = "without loss" if not outcome.losses else f"{len(outcome.losses)} losses"
        print(f"{outcome.kind or '?':14} {said:14} {path.relative_to(given.folder)}")
        for title, lines in (
            ("lost", outcome.losses),
            ("added", outcome.added),
            ("beyond EN 16931", outcome.beside),
            ("no row reads", outcome.unread),
            ("new fatal finding", outcome.fatal),
        ):
            for line in lines[:_MOST_SHOWN]:
                print(f"    {title}: {line}")
            if len(lines) > _MOST_SHOWN:
                print(f"    … and {len(lines) - _MOST_SHOWN} more")
    if validator is not None:
        validator.close()
    print(f"\n{whole:.0f} of {count:.0f} without loss, {seconds:.1f} s (kinds: {len(KINDS)})")
    sys.exit(whole != count)


if __name__ == "__main__":
    main()
