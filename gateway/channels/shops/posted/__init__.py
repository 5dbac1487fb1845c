"""Kind ``api``: a shop of any kind that posts its orders itself, in our own canonical JSON.

It is never asked and never told anything by a call of ours: it asks what became of an order at
``GET /api/orders/…``.
"""
