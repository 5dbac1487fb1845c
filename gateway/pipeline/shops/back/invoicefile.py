"""The file of an invoice in the ERP's folder: whole, of usable size, and only from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gateway.channels.shops.connector import InvoiceFile
from gateway.config import Workspace
from gateway.config.shops.back import InvoiceRules
from gateway.pipeline.shops.back.told import Bill
from gateway.problems import Problem, problem
from gateway.syntax.inside import leads_out

LARGEST = 20_000_000
"""Bytes of an invoice; platforms take 1 to 20 MB."""
MEDIA = {
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".zip": "application/zip",
    ".html": "text/html",
}
_END = b"%%EOF"
_TAIL = 2048
_FIELD = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no file that can be sent now."""

    found: Problem
    for_good: bool = False


def as_file(
    workspace: Workspace, rules: InvoiceRules, bill: Bill, message: int | None
) -> InvoiceFile | Missing:
    """The invoice as the shop takes it: with its file, or with an address."""
    if rules.by == "link":
        values = {"number": bill.number, "order": bill.order_number}
        return bill.file(link=filled(rules.link or "", values, safe=False))
    folder = workspace.path(rules.folder or "").resolve()
    values = {"number": bill.number, "order": bill.order_number}
    name = filled(rules.name, values, safe=True)
    facts: dict[str, Any] = {"number": bill.number, "file": name, "id": message or ""}
    if leads_out(name):
        return _unusable(facts, "leads out of its folder")
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder):
            return _unusable(facts, "leads out of its folder")
        if not path.is_file():
            return Missing(problem("W421", folder=str(rules.folder), **facts))
        size = path.stat().st_size
        if size > LARGEST:
            return _unusable(facts, f"has {size} bytes; at most {LARGEST} are taken")
        body = path.read_bytes()
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", None) or str(failure)
        return Missing(problem("W422", reason=f"cannot be read: {reason}", **facts))
    if not _is_whole(path, body):
        return Missing(problem("W422", reason="is not whole yet", **facts))
    media = MEDIA.get(path.suffix.lower(), "application/octet-stream")
    return bill.file(name=path.name, media_type=media, body=body)


def filled(template: str, values: dict[str, str], *, safe: bool) -> str:
    """A template with its values; in an address they are quoted, in a name they are as they are.

    ``safe``: a name; what would be a path in it is none.
    """
    put = {
        name: value.replace("/", "-").replace("\\", "-") if safe else quote(value, safe="")
        for name, value in values.items()
    }
    # in one go: what stands in a value is no field
    return _FIELD.sub(lambda found: put.get(found[1], found[0]), template)


def _unusable(facts: dict[str, Any], reason: str) -> Missing:
    return Missing(problem("W422", reason=reason, **facts), for_good=True)


def _is_whole(path: Path, body: bytes) -> bool:
    """Whether a file was written to its end, as far as that can be seen."""
    if not body:
        return False
    return path.suffix.lower() != ".pdf" or _END in body[-_TAIL:]
