"""CMS (RFC 5652): what is signed, encrypted and compressed, each a structure in ASN.1.

A layer is opened from an extent into the next; what is wrong is raised as a ``RefusedError``.
"""
