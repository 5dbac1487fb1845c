"""Which format a file of the ERP has: what it looks like inside, before what it is called.

A format of the ERP is a folder of maps, ``mappings/csv``, ``mappings/idoc``, ``mappings/ubl``; it
serves the documents that it has a map of. What kind of file it is says the header of the map. A
credit note may have a map of its own: ``ubl/creditnote.map`` is the form ``ubl/creditnote``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePath

from gateway.config.workspace import Workspace
from gateway.documents import Document, Invoice
from gateway.einvoice.formats import CREDITS
from gateway.mapping import CompiledMap
from gateway.syntax import detect

_HEAD = 4096
_FITTING = {
    "json": ("json",),
    "xml": ("xml", "idoc"),
    "idoc": ("idoc",),
    "zip": ("xlsx",),
    "text": ("csv", "flat"),
}
"""What a file looks like → kinds of formats that may be in it."""
_CREDIT_NOTE = "creditnote"
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def looks(data: bytes) -> str:
    """``json``, ``xml``, ``idoc``, ``zip`` or ``text``."""
    head = data[:_HEAD]
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.lstrip(b"\xef\xbb\xbf\r\n").startswith(b"EDI_DC40"):
        return "idoc"
    # the first sign of a JSON text is enough here: whatever follows, it is told as JSON
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "json"
    return "xml" if detect(head) == "xml" else "text"


def forms(workspace: Workspace, document: str) -> list[str]:
    """Formats that have a map of a document, in the order of their names."""
    found = {
        path.parent.name
        for root in workspace.data_roots("mappings")
        for path in root.glob(f"*/{document}.map")
    }
    return sorted(found)


def written_form(workspace: Workspace, form: str, document: Document) -> str:
    """The form that a document is written in: of a credit note its own, where there is one."""
    own = f"{form}/{_CREDIT_NOTE}"
    if isinstance(document, Invoice) and document.kind in CREDITS and _has(workspace, own):
        return own
    return form


def _has(workspace: Workspace, form: str) -> bool:
    return workspace.find("mappings", f"{form}.map") is not None


def form_of(
    workspace: Workspace,
    document: str,
    name: str,
    data: bytes,
    load: Callable[[str, str], CompiledMap | None],
) -> str:
    """The format of a file: the one agreed on if the file may be that, else one that it may be.

    ``load``: document and format → its map.
    """
    agreed = workspace.erp.formats.of(document)
    seen = looks(data)
    fitting = []
    for form, compiled in _loaded(workspace, document, agreed, load):
        if not _fits(compiled, seen, data):
            continue
        if form.partition("/")[0] == agreed:
            return form  # the others need not be loaded
        fitting.append(form)
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if suffix in fitting or (not fitting and suffix in forms(workspace, document)):
        return suffix
    return fitting[0] if fitting else agreed


def _loaded(
    workspace: Workspace,
    document: str,
    agreed: str,
    load: Callable[[str, str], CompiledMap | None],
) -> Iterator[tuple[str, CompiledMap]]:
    names = dict.fromkeys((agreed, *forms(workspace, document)))
    if document == Invoice.name:
        credits = (f"{form}/{_CREDIT_NOTE}" for form in tuple(names))
        names |= dict.fromkeys(form for form in credits if _has(workspace, form))
    for form in names:
        compiled = load(document, form)
        if compiled is not None and compiled.layout is not None:
            yield form, compiled


def _fits(compiled: CompiledMap, seen: str, data: bytes) -> bool:
    kind = compiled.format.partition("/")[0]
    if kind not in _FITTING[seen]:
        return False
    if seen != "xml":
        return True
    if kind == "idoc":
        return b"<IDOC" in data[:_HEAD]
    root = _ROOT.search(data[:_HEAD])
    return root is not None and root[1].decode("ascii") == compiled.layout.root.name
