"""The folder channel: files that appear, files that we make appear.

An inbox ``in/`` has three folders of ours beside its files: ``work/`` (claimed), ``archive/``
(originals by day, ``archive/duplicates/``) and ``error/`` (what was refused, with reports).
"""

from gateway.channels.folder.inbox import Claim, Inbox, InUseError, Look, Waits
from gateway.channels.folder.marker import Marker
from gateway.channels.folder.names import file_name, sanitised, with_suffix
from gateway.channels.folder.outbox import Outcome, clear, discard, finish, mark, prepare, temporary
from gateway.channels.folder.ready import Rule
from gateway.channels.folder.report import JSON, TEXT, Report, as_json, as_text

__all__ = [
    "JSON",
    "TEXT",
    "Claim",
    "InUseError",
    "Inbox",
    "Look",
    "Marker",
    "Outcome",
    "Report",
    "Rule",
    "Waits",
    "as_json",
    "as_text",
    "clear",
    "discard",
    "file_name",
    "finish",
    "mark",
    "prepare",
    "sanitised",
    "temporary",
    "with_suffix",
]
