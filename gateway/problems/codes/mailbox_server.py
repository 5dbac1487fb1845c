"""Problems of our SFTP server and of logging in to it (codes T400 to T414)."""

from __future__ import annotations

from gateway.problems.codes.row import Layer, Severity, row

CODES = (
    row(
        Layer.CHANNEL,
        "T400",
        "A host key of our SFTP server cannot be used",
        "mailboxes.host_keys: {secret} cannot be used: {reason}",
        why="By its host key a partner's program knows that it talks to us. Without one nobody can "
        "connect, and with another one every partner's program refuses.",
        remedy="put the key back from the backup, or make one and tell the partners its "
        "fingerprint: gateway channel hostkey new FILE",
    ),
    row(
        Layer.CHANNEL,
        "T401",
        "The port of our SFTP server cannot be opened",
        "mailboxes.listen: {reason}",
        why="Partners reach their mailboxes there.",
        remedy="set mailboxes.listen in gateway.yaml to an address of this machine and a port that "
        "no other program has",
    ),
    row(
        Layer.CHANNEL,
        "T402",
        "A public key of a mailbox cannot be used",
        "channel {channel} of {partner}: {file} cannot be used: {reason}",
        why="Who logs in with this key is refused; the other keys of the mailbox still count.",
        remedy="ask the partner for his public key (one line that begins with ssh-ed25519, "
        "ecdsa-sha2-… or ssh-rsa) and put it into this file of his folder",
        severity=Severity.WARNING,
    ),
    row(
        Layer.CHANNEL,
        "T403",
        "A password of a mailbox cannot be used",
        "channel {channel} of {partner}: {secret} cannot be used: {reason}",
        why="Passwords are kept as Argon2id hashes, and compared with these. Who logs in with this "
        "one is refused; the others of the mailbox still count.",
        remedy="make a hash with gateway channel password and put it where the reference says",
        severity=Severity.WARNING,
    ),
)
