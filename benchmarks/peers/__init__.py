"""What the tests of other EDI programs assert, beside what this engine says of the same bytes.

One module per corpus; each gives :class:`~benchmarks.peers.model.Row` values. ``*_source`` modules
take the facts (bytes, expected error, place) out of the source of a peer; they run only where that
source is at hand.
"""
