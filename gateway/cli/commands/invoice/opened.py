"""What the commands about invoices share: the maps and the invoices of a file."""

from __future__ import annotations

from pathlib import Path

from gateway.config.data import data_roots
from gateway.einvoice.formats import Found, read_invoices
from gateway.grammar import Library
from gateway.mapping import Maps


def known_maps(root: Path) -> Maps:
    """Maps and grammars of the workspace first, then those of the package."""
    return Maps(Library(*data_roots(root, "grammars")), None, data_roots(root, "mappings"))


def invoices_of(maps: Maps, file: Path) -> list[Found]:
    """The invoices of a file, each problem with the file's name."""
    return [
        Found(one.kind, one.document, [each.at(file=str(file)) for each in one.problems])
        for one in read_invoices(maps, file.read_bytes())
    ]
