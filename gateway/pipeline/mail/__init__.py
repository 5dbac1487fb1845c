"""Channels by e-mail: their servers as the settings say, and files that leave as attachments.

Mailboxes are read by the engine for all servers (:mod:`gateway.pipeline.remote`).
"""
