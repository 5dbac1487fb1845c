"""Business threads: what order, response, despatch advices and invoices say about one order.

Pure: documents in, a comparison out. Who stores and watches threads is in the floors above.
"""

from gateway.documents.threads.entry import FAILED, Entry, Listed, orders_of
from gateway.documents.threads.finding import GRACE, TOLERANCE, Finding, Rules
from gateway.documents.threads.lines import Line
from gateway.documents.threads.quantity import Price, Quantities, Quantity, written
from gateway.documents.threads.thread import STATES, Thread, compare

__all__ = [
    "FAILED",
    "GRACE",
    "STATES",
    "TOLERANCE",
    "Entry",
    "Finding",
    "Line",
    "Listed",
    "Price",
    "Quantities",
    "Quantity",
    "Rules",
    "Thread",
    "compare",
    "orders_of",
    "written",
]
