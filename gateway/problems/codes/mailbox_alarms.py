"""Alarms about mailboxes on our SFTP server (A145-A149)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row


def _row(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Code:
    return row(Layer.ALARM, code, title, sentence, why=why, remedy=remedy, severity=severity)


CODES: tuple[Code, ...] = (
    _row(
        "A145",
        "Files are not fetched from a mailbox",
        "{count} files for {partner} wait in out/ of {channel} longer than {within}, the first of "
        "them, {name}, since {since}; readings of it that broke off: {tries}",
        "A file in a mailbox is delivered only when the partner has fetched it to its end. Who "
        "does not fetch does not know that something waits for him.",
        "ask the partner whether his fetching runs; gateway channel log {partner} shows his logins "
        "and what was refused to him",
    ),
    _row(
        "A146",
        "An upload waits for its final name",
        "{name} of {partner} ({channel}) was closed at {since} and has not been renamed since, so "
        "it was not taken over",
        "Files with a temporary name (or all, with complete: rename) count only once they are "
        "renamed. A client that never renames believes that its files were taken.",
        "ask the partner; with a client that does not rename, let receive.complete of the mailbox "
        "be close, and have the file sent under its final name",
    ),
    _row(
        "A147",
        "A mailbox is full",
        "the mailbox {channel} of {partner} is full: {held} lie there unfinished, and {limit} are "
        "allowed",
        "The partner was refused an upload. What he sends does not arrive until there is room.",
        "gateway channel log {partner} shows what was cut off; have the partner finish or delete "
        "it, or raise quota and quota_files of the mailbox",
    ),
)
