"""Mailboxes on our SFTP server: what is not done there, and why (T415-T429).

Partners read these sentences in their clients, so they are in plain words and name no path of ours.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity, row


def _row(
    code: str,
    title: str,
    sentence: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.WARNING,
) -> Code:
    return row(Layer.CHANNEL, code, title, sentence, why=why, remedy=remedy, severity=severity)


CODES: tuple[Code, ...] = (
    _row(
        "T415",
        "The mailbox is gone",
        "{partner} has no mailbox {channel} any more, so {name} cannot be put there",
        "The channel was taken out of the settings, or is of another kind now, after the file had "
        "been planned for it.",
        "bring the channel back, or withdraw the file and send it another way",
    ),
    _row(
        "T416",
        "The mailbox is full",
        "there is no room for {name}: {held} lie here unfinished, and {limit} are allowed",
        "Uploads that were cut off, and files that wait for their final name, lie with us until "
        "they are finished or removed. The quota keeps a broken client from filling the disk. What "
        "was taken over does not count.",
        "finish or delete what lies unfinished in in/, or raise quota and quota_files of the "
        "mailbox",
    ),
    _row(
        "T417",
        "The file is too large for the mailbox",
        "{name} would have {size} bytes; a file may have {limit}",
        "A limit keeps a broken or hostile client from filling the disk.",
        "split the file, or raise max_size of the mailbox",
    ),
    _row(
        "T419",
        "A name that is not taken here",
        "{name} is not taken here: names have to fit {match}",
        "The settings say which files belong to this mailbox. One that does not fit would lie "
        "here unread, and its sender would think that it was taken.",
        "send the file under a name that fits, or change receive.match of the mailbox",
    ),
    _row(
        "T420",
        "Not fetched yet",
        "{name} was not fetched to its end yet, so it cannot be {what}",
        "A file that nobody read would be lost, and its sender here would think that it was "
        "delivered.",
        "fetch the file first; it then goes to archive/ by itself, unless the settings say "
        "otherwise",
    ),
    _row(
        "T421",
        "The upload was cut off",
        "{name} was cut off at {size} bytes, so it cannot be {what}",
        "The session ended before the client closed the file. Nobody knows whether it is whole, "
        "so it is not handed on under any name.",
        "continue the upload where it was cut off, or send the file again",
    ),
    _row(
        "T422",
        "Another session took the file over",
        "{name} was begun anew, or is continued, by another session: what this one writes does "
        "not count any more",
        "Two sessions that write one file would mix their bytes. The younger one counts, because "
        "the older one often is a connection that broke without our hearing of it.",
        "let one session at a time write a file",
    ),
    _row(
        "T423",
        "Nothing is taken in at the moment",
        "nothing is taken in at the moment: {reason}",
        "A person here has paused the mailbox, or the gateway cannot store anything just now. "
        "What cannot be stored is not acknowledged.",
        "try again later",
    ),
    _row(
        "T424",
        "Not done in this folder",
        "{what}",
        "A mailbox has three folders: in/ for files to us, out/ for files from us, archive/ for "
        "what was fetched.",
        "put files into in/, fetch them from out/",
    ),
    _row(
        "T425",
        "Already taken over",
        "{name} was taken over as message {id}: it cannot be continued, only sent anew",
        "A file that was closed is a document on its way; bytes behind it belong to nothing.",
        "send the whole file again, under the same name or another one; that is a new document",
    ),
)
