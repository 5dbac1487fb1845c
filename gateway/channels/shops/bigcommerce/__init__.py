"""BigCommerce: orders by REST v2, refunds, stock and catalogue by REST v3.

``calls.py`` is how it is called; ``orders.py`` reads an order with all that belongs to it,
``read.py`` and its parts make canonical orders of that; ``stock.py``, ``shipments.py``,
``prices.py``, ``notes.py`` bring things back.
"""
