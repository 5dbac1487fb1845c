"""The folder channel: files that appear, files that we make appear.

An inbox ``in/`` has three folders of ours beside its files: ``work/`` (claimed), ``archive/``
(originals by day, ``archive/duplicates/``) and ``error/`` (what was refused, with reports).
"""

from gateway.channels.folder.inbox import Claim, Inbox, Look
from gateway.channels.folder.names import file_name, sanitised, with_suffix
from gateway.channels.folder.outbox import Outcome, clear, discard, finish, prepare, temporary
from gateway.channels.folder.report import Report, as_json, as_text

__all__ = [
    "Claim",
    "Inbox",
    "Look",
    "Outcome",
    "Report",
    "as_json",
    "as_text",
    "clear",
    "discard",
    "file_name",
    "finish",
    "prepare",
    "sanitised",
    "temporary",
    "with_suffix",
]
