"""Problems with partners' servers by FTP over TLS (T430-T439)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, row

_REPLY = "Servers of this kind say little; their words are shown as they came."

CODES: tuple[Code, ...] = (
    row(
        Layer.CHANNEL,
        "T430",
        "FTPS channel that cannot be used as it is set",
        "{host} is not called: {reason}",
        why="Password, certificates and keys are looked up when they are needed.",
        remedy="put right what is named; nothing was sent to the server",
    ),
    row(
        Layer.CHANNEL,
        "T431",
        "Name of an FTPS server that is unknown",
        "the name {host} cannot be resolved: {reason}",
        why="The name service knows no such host, or does not answer.",
        remedy="compare ftps.host with what the partner wrote; try nslookup on this machine",
    ),
    row(
        Layer.CHANNEL,
        "T432",
        "FTPS server that is not reached",
        "{host} port {port} is not reached: {reason}",
        why="Nobody answers there, or a firewall on the way lets nothing through.",
        remedy=(
            "compare host and port with what the partner wrote (21 with AUTH TLS, 990 implicit); "
            "ask whether he lets our address in, for the ports of his passive mode, too"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T433",
        "FTPS server that is not the one agreed",
        "{host} does not prove who it is: {reason}",
        why=(
            "Its certificate is neither issued by an authority that counts for this channel, nor "
            "one of the pinned ones. Nothing was sent to it, no password either."
        ),
        remedy=(
            "ask the partner, by telephone, for the SHA-256 fingerprint of his certificate; set "
            "ftps.pins, or ftps.ca where his own authority issued it"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T434",
        "FTPS server without TLS",
        "{host} does not protect {what}: {reply}",
        why="Passwords and documents never go in clear text, whatever a server offers instead.",
        remedy=(
            "ask the partner for a server with TLS 1.2 or newer; ftps.tls is implicit where it "
            "begins at once (port 990)"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T435",
        "Login refused by an FTPS server",
        "{host} does not let {user} in: {reply}",
        why=_REPLY,
        remedy=(
            "compare user and password with what the partner gave us; he may have locked the user, "
            "or ask for a certificate (ftps.client)"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T436",
        "Connection to an FTPS server lost",
        "the connection to {host} broke off ({doing}): {reason}",
        why=(
            "The connection broke, the server did not move for too long, or it could not be "
            "reached at a port of its passive mode."
        ),
        remedy=(
            "it is tried again; if it happens each time, look at the firewall (ports of passive "
            "mode) and at ftps.timeout"
        ),
    ),
    row(
        Layer.CHANNEL,
        "T437",
        "Refused by an FTPS server",
        "{host} refuses ({doing}): {reply}",
        why=_REPLY,
        remedy="compare folder and names with the server; ask the partner for the right to do that",
    ),
    row(
        Layer.CHANNEL,
        "T438",
        "File of another size on an FTPS server",
        "{path} on {host} has {found} bytes instead of {expected}",
        why="A file that is shorter or longer than it should be is not taken for the same one.",
        remedy="it is tried again; if it stays, somebody else writes to the same file",
    ),
    row(
        Layer.CHANNEL,
        "T439",
        "Answer that no FTPS server should give",
        "{host} does not keep to the protocol ({doing}): {reason}",
        why="What cannot be understood for sure, or has no end, is not guessed at.",
        remedy="show this to the partner; the product and version of his server tell more",
    ),
)
