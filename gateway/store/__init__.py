"""Floor 6: the database that is the only truth, and the archive of what came in.

Nothing here knows EDI. Rows are written in one transaction per step by the pipeline; a payload
is on disk before the row that names it is committed.
"""

from gateway.store.archive import Archive, Stored
from gateway.store.database import Store
from gateway.store.deliveries import Delivery, NewDelivery
from gateway.store.messages import Message, NewMessage, StateChangedError
from gateway.store.migrate import StoreTooNewError
from gateway.store.search import Filter, History

__all__ = [
    "Archive",
    "Delivery",
    "Filter",
    "History",
    "Message",
    "NewDelivery",
    "NewMessage",
    "StateChangedError",
    "Store",
    "StoreTooNewError",
    "Stored",
]
