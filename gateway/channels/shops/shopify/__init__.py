"""Shopify: Admin GraphQL.

``documents.py`` is all that is ever sent; ``graph.py`` sends it and understands failures;
``orders.py`` reads orders whole, ``read.py`` and its parts make canonical orders of them;
``stock.py``, ``shipments.py``, ``prices.py``, ``invoices.py`` bring things back.
"""
