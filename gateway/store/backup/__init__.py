"""Backup and restore: the database at one moment, and the payloads that its rows name.

The database first, then the archive: a payload is in the archive before a row names it and stays a
day after the last row that did, so every row of the copy finds its payload. The manifest is written
last; a folder without one is no backup.
"""

from gateway.store.backup.make import back_up
from gateway.store.backup.manifest import BackupError, Manifest, verify
from gateway.store.backup.restore import AHEAD, Restored, restore

__all__ = ["AHEAD", "BackupError", "Manifest", "Restored", "back_up", "restore", "verify"]
