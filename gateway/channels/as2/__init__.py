"""AS2 (RFC 4130): messages and receipts as values; :mod:`gateway.channels.http` talks.

``ber`` and ``cms`` read and write the cryptographic layers, ``mime`` the parts, ``message`` puts
both together, ``mdn`` is the receipt, ``certificates`` whom one trusts, ``explain`` tells a person
what is in a message. All of them take bytes and give bytes: no clock, no sockets, no database.
"""
