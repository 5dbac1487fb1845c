"""Amazon: a seller's orders (Orders API 2026-01-01), and what goes back; a vendor's orders.

Pure: ``read.py`` reads an order, with ``lines.py``, ``money.py`` and ``parties.py`` for its parts,
``marketplaces.py`` for what Amazon does not say and ``legacy.py`` for the form of Orders v0;
``notice.py`` reads a message of ORDER_CHANGE; ``write.py`` makes the bodies of requests;
``vendor/`` reads purchase orders of a vendor and writes what answers them.

Calling: ``client.py`` is the connector, ``access.py`` how Amazon is called, and ``orders.py``,
``listings.py``, ``shipments.py`` and ``invoices.py`` one kind of call each.
"""
