"""Problems of the house layer (codes H…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(code: str, title: str, sentence: str, why: str, remedy: str, **more: object) -> Code:
    return Code(
        code=code,
        layer=Layer.HOUSE,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        **more,  # type: ignore[arg-type]
    )


_BYTES = (
    _row(
        "H101",
        "Payload missing",
        "message {id} ({name}) was received as {sha}, which is not in the archive",
        "Without its bytes a message can be neither shown nor replayed, and its receipt was given "
        "for something that is no longer there.",
        "restore the file {sha} from a backup into the archive, or ask the sender for it again",
    ),
    _row(
        "H102",
        "Payload has another size",
        "message {id} ({name}) was received with {expected} bytes, but the archive has {size} "
        "bytes under {sha}",
        "A payload is written once and never changed; another size is damage.",
        "restore the file {sha} from a backup into the archive",
    ),
    _row(
        "H103",
        "Payload damaged",
        "the bytes in the archive under {sha} no longer have that hash",
        "A payload is named by the SHA-256 of its bytes. When they differ, the disk, the store or "
        "somebody changed them.",
        "look at the disk, then restore the file {sha} from a backup into the archive",
    ),
    _row(
        "H104",
        "Payloads that no message names",
        "{count} payloads in the archive ({bytes} bytes, the first is {sha}) are named by no "
        "message and older than a day",
        "A crash leaves such a payload only while a file is being received, and then the file "
        "comes again. Many of them mean that the database is older than the archive, as after "
        "restoring a backup: then they are files that were received afterwards.",
        "gateway doctor --repair moves them to {folder}; files that were received after the backup "
        "can be dropped in again from there",
        severity=Severity.WARNING,
    ),
    _row(
        "H105",
        "Produced bytes missing",
        "message {id} names what was produced as {sha}, which is not in the database",
        "What the gateway produces is stored in the same transaction as the row that names it; it "
        "can only vanish by damage or by hand.",
        "restore a backup of the database, or produce it again: gateway replay {id} --reason …",
    ),
    _row(
        "H106",
        "Produced bytes damaged",
        "what is stored in the database under {sha} no longer has that hash",
        "It is named by the SHA-256 of its bytes; when they differ, they were changed.",
        "restore a backup of the database",
    ),
    _row(
        "H107",
        "Delivery without bytes",
        "delivery {key} of {name} is still to be made, but its bytes {sha} are nowhere",
        "Neither the database nor the archive has what is to be delivered.",
        "restore the file {sha} from a backup into the archive",
    ),
)

_WORK = (
    _row(
        "H111",
        "Delivery does not leave",
        "{count} deliveries of the lane {lane} have been due since {since}; the first is {name}",
        "A delivery that is due is made within seconds, unless nobody works or the lane is paused.",
        "is gateway serve (or gateway work) running? If it is, its log says what holds up {lane}",
        severity=Severity.WARNING,
    ),
    _row(
        "H112",
        "Lane was not given back",
        "{owner} took the lane {lane} and let it run out at {lease}; work in it is due since "
        "{since}",
        "A process that died gives nothing back; another one takes the lane within a minute. When "
        "none does, none is at work.",
        "start gateway serve (or gateway work on another machine); it takes the lane by itself",
        severity=Severity.WARNING,
    ),
    _row(
        "H113",
        "Work does not begin",
        "{count} received files of the lane {lane} have been due since {since}; the first is "
        "{name}",
        "A file that was received is processed within seconds, unless nobody works or the lane is "
        "paused.",
        "is gateway serve (or gateway work) running? If it is, its log says what holds up {lane}",
        severity=Severity.WARNING,
    ),
)

_MACHINE = (
    _row(
        "H121",
        "Disk nearly full",
        "{folder} has {free} bytes free; the largest file that may come has {needed}",
        "A file is only taken when it can be stored: with a full disk nothing is received.",
        "free space on that disk, or have documents deleted earlier (retention in gateway.yaml)",
    ),
    _row(
        "H122",
        "Disk filling up",
        "{folder} has {free} bytes free, less than {times} times the largest file that may come "
        "({needed})",
        "There is still room, but it becomes scarce.",
        "plan more space for that disk, or a shorter retention in gateway.yaml",
        severity=Severity.WARNING,
    ),
    _row(
        "H123",
        "Clock went back",
        "the newest event is of {newest}, but the clock says {now}",
        "Either the clock was ahead when that was written or it is behind now. What is due, and "
        "which file came first, is told by the clock.",
        "set the clock of this machine and keep it by NTP; what waits goes on when its time comes",
        severity=Severity.WARNING,
    ),
    _row(
        "H124",
        "Folder cannot be used",
        "{folder} cannot be used: {reason}",
        "The gateway writes there; until that works, what belongs there waits.",
        "make the folder reachable and writable for the account of the gateway",
    ),
)

_DATABASE = (
    _row(
        "H131",
        "Tables of another version",
        "the database is at revision {found}, this version of the gateway is made for {wanted}",
        "The tables are brought up to date when the gateway opens them. A later revision means "
        "that another machine has a newer version already.",
        "bring all machines to the same version of the gateway",
        severity=Severity.WARNING,
    ),
    _row(
        "H132",
        "Database damaged",
        "SQLite finds the database damaged: {reason}",
        "A damaged database may lose or invent rows at any time.",
        "stop the gateway, look at the disk, and restore the last backup: gateway restore DIR",
    ),
    _row(
        "H133",
        "Row without the row it belongs to",
        "row {row} of the table {table} belongs to a row of {parent} that is not there",
        "The database never allows that; somebody changed it by hand, or it is damaged.",
        "restore the last backup: gateway restore DIR",
    ),
    _row(
        "H134",
        "Commits may be lost",
        "{setting} is {found}; what is committed is only safe with {wanted}",
        "A receipt is given when a file is stored. With this setting a power cut can take back "
        "what was stored, after the receipt.",
        "set {setting} to {wanted} in the database server, for the gateway's database at least",
    ),
)

_BACKUP = (
    _row(
        "H141",
        "Not a backup",
        "{folder} is no backup: {reason}",
        "A backup is a folder with a manifest.json that is written last, when all else is there.",
        "name the folder that gateway backup made; one without manifest.json was not finished",
    ),
    _row(
        "H142",
        "Backup damaged",
        "{name} in the backup is not what was written: {reason}",
        "The manifest keeps the size and hash of every part; nothing is restored from parts that "
        "differ.",
        "use another backup; to see what can be saved, verify it with gateway backup --verify DIR",
    ),
    _row(
        "H143",
        "Nothing may be there",
        "{what} is not empty",
        "A backup replaces nothing: it is written into a new folder, and restored where no "
        "database and no archive is.",
        "name another folder, or move away what is there",
    ),
    _row(
        "H144",
        "Tool of PostgreSQL failed",
        "{tool} did not do it: {reason}",
        "Backups of PostgreSQL are made and restored by its own tools.",
        "install the client tools of PostgreSQL, of the server's version or later, on the PATH",
    ),
    _row(
        "H145",
        "Backup of another kind",
        "the backup is of a {found} database, the workspace has {wanted}",
        "A backup is restored into the kind of database that it was made from.",
        "set database: in gateway.yaml to a {found} address",
    ),
    _row(
        "H146",
        "Payloads missing in the backup",
        "{count} payloads that the database names are not in the backup; the first is {sha}",
        "They were missing in the archive when the backup was made, or were left out of it.",
        "restore them into the archive from another backup; gateway doctor names the messages",
        severity=Severity.WARNING,
    ),
)

CODES: tuple[Code, ...] = (*_BYTES, *_WORK, *_MACHINE, *_DATABASE, *_BACKUP)
