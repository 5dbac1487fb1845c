"""Magento 2 and Adobe Commerce, by REST (``/V1``).

Pure: ``read.py`` reads an order, with ``coins.py`` for amounts in one of its two currencies,
``items.py``, ``charges.py``, ``eco.py``, ``taxes.py`` and ``parties.py`` for its parts and
``memos.py`` for its credit memos; ``write.py`` makes the bodies of requests.

Calling: ``client.py`` is the connector, ``search.py`` walks lists, ``orders.py`` and ``stock.py``
ask for and set what they are named after.
"""
