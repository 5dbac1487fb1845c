"""What can happen to a notice for good."""

from __future__ import annotations


class NoticeRefusedError(Exception):
    """The server will never take this notice, or there is no such server any more."""
