"""Channels that reach out to partners' servers: what is picked up there, and what is put there.

An event loop in a thread of its own carries all connections (:mod:`.loop`, :mod:`.servers`).
Looks (:mod:`.rounds`, :mod:`.pickup`) take files over; :mod:`.push` is the outlet of deliveries.
"""
