"""Amazon Vendor, where Amazon buys: its API in the documents that its EDI becomes, too.

``orders.py`` reads a purchase order; ``answers.py``, ``despatches.py`` and ``invoices.py`` write
what answers it; ``status.py`` reads what became of that. Pure: nothing here calls Amazon.
"""
