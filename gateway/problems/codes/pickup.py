"""Problems of picking files up from partners' servers (codes T330-T349)."""

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
        "T330",
        "File changed while it was fetched",
        "{name} was fetched with {size} bytes and changed meanwhile ({now}); what was fetched is "
        "thrown away",
        "Its writer was not finished, or put another file in its place. Half of one and half of "
        "the other is no document. It is fetched again with a later look.",
        "nothing; where it happens often, a longer ready.stable_for or a marker helps",
    ),
    _row(
        "T331",
        "Size of a file on the server is wrong",
        "the server says that {name} holds {size} bytes, and gives {found}",
        "A file is taken over with exactly the size that the server tells, or not at all: it may "
        "be cut off, or the server may change line ends on the way.",
        "ask the partner whether the file is whole on his side; on FTP servers, whether they "
        "send files unchanged (binary)",
    ),
    _row(
        "T332",
        "File on the server cannot be fetched",
        "{name} cannot be fetched: {reason}",
        "The account that we log in with needs the right to read the files, and with claim to "
        "move them. It is tried again, less and less often.",
        "ask the partner for the right to read {name}, or leave it out with exclude",
    ),
    _row(
        "T333",
        "File on the server cannot be removed",
        "{name} is ours (message {message}) and cannot be removed from the server: {reason}",
        "It is not fetched again, but it lies there, and the folder grows. Removing it is tried "
        "again, less and less often.",
        "ask the partner for the right to delete or move files, or set after: leave",
    ),
    _row(
        "T334",
        "Folder on the server cannot be read",
        "the folder {folder} cannot be read: {reason}",
        "Nothing comes from the partner until it can.",
        "compare receive.folder with what the partner says, and ask him for the right to list it",
        Severity.ERROR,
    ),
    _row(
        "T335",
        "File on the server is too large",
        "{name} holds {size} bytes; limits.file allows {most}",
        "A file without end would fill the disk. It stays on the server, untouched.",
        "when such files are right, raise limits.file in gateway.yaml",
    ),
    _row(
        "T336",
        "File taken although its end is missing",
        "{missing}; the file did not change for {seconds} s, so it is taken as it is",
        "An incomplete file is waited for, but not for ever: who sent it has to hear of it.",
        "have the sender put the whole file there; ready.patience says how long to wait, "
        "ready.complete: false takes files without looking at their end",
    ),
    _row(
        "T337",
        "Folder on the server holds too many files",
        "the folder {folder} holds more than {most} entries; only those that the server told "
        "first were looked at",
        "Listing them takes longer than a look may take.",
        "have the partner clear the folder, or set after: delete or move",
    ),
    _row(
        "T338",
        "Server does not say how large a file is",
        "the server does not say how many bytes {name} holds",
        "Without its size nobody can tell whether all of a file came.",
        "ask the partner for a server that tells sizes (FTP: MLSD or SIZE)",
    ),
    _row(
        "T339",
        "Link on the server",
        "{name} is a link; links are not followed",
        "A link could lead to any file of the partner's machine, today to this one and tomorrow "
        "to another one.",
        "have the partner put the file itself there",
    ),
    _row(
        "T340",
        "Pick-up failed by itself",
        "the look into {folder} failed: {reason}",
        "Our own disk or archive had no room, or could not be written. Nothing was taken off the "
        "server for it; the next look goes on.",
        "see to the room on our disk; gateway doctor names other trouble",
        Severity.ERROR,
    ),
    _row(
        "T341",
        "Name is taken on the server",
        "{name} is on the server already",
        "No file of a partner is ever replaced by another one.",
        "have the partner clear the folder that files are moved to",
    ),
)
