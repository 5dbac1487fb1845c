"""Documents that mean something: right check digits, days after today, sums that add up.

The same for the same seed and day. They are data for :func:`gateway.documents.build`.
"""
