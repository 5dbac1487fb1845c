"""Electronic invoices of EN 16931: which kind a file is, and what a validator says of it. Pure."""

from gateway.einvoice.findings import NotFindings, findings
from gateway.einvoice.recognise import KINDS, NotEInvoice, Recognised, recognise

__all__ = ["KINDS", "NotEInvoice", "NotFindings", "Recognised", "findings", "recognise"]
