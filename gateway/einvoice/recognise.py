"""Which kind of electronic invoice a file is: by the root of its XML."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
KINDS = {
    f"{{{_UBL}Invoice-2}}Invoice": "ubl",
    f"{{{_UBL}CreditNote-2}}CreditNote": "ubl-creditnote",
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": "cii",
    "M_INVOIC": "edifact-xml",
}
"""Root element → kind. ``edifact-xml``: an INVOIC as XML (ISO 20625)."""

MOST_BYTES = 64_000_000


class NotEInvoice(ValueError):  # noqa: N818 (says what the file is not)
    """The file is no electronic invoice; the text says why."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file that is one."""

    kind: str
    root: etree._Element

    def text(self) -> str:
        """The XML without its declaration, as text."""
        return etree.tostring(self.root, encoding="unicode")


def _parser() -> etree.XMLParser:
    """Reads no document types and opens no connection; attached files may be large texts."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )


def recognise(data: bytes) -> Recognised:
    """The kind of a file. Raises :class:`NotEInvoice`."""
    if len(data) > MOST_BYTES:
        raise NotEInvoice(f"it has more than {MOST_BYTES} bytes")
    if b"<!DOCTYPE" in data or "<!DOCTYPE".encode("utf-16-le") in data:
        raise NotEInvoice("it declares a document type, which invoices have not")
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as broken:
        raise NotEInvoice(f"it is not well-formed XML ({broken.msg})") from None
    kind = KINDS.get(str(root.tag))
    if kind is None:
        raise NotEInvoice(f"its root is {root.tag!s}")
    return Recognised(kind, root)
