"""Problems of the settings of channels by SFTP, mailbox, FTPS, HTTPS and e-mail (C480-C499)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, Severity, row

_row = partial(row, Layer.CONFIG)
_warning = partial(row, Layer.CONFIG, severity=Severity.WARNING)

CODES = (
    _row(
        "C480",
        "A file that a channel needs cannot be read",
        "{setting}: {value} cannot be read: {reason}",
        why="Without it we do not know the other side, or cannot log in there.",
        remedy="put the file there ({tried}), or name one that exists{hint}",
    ),
    _warning(
        "C481",
        "An outdated algorithm is allowed",
        "legacy: {value} is outdated. {because}",
        why="What protects the connection is only as good as the weakest algorithm that both "
        "sides allow.",
        remedy="ask {who} to update, and take it out then",
    ),
    _row(
        "C482",
        "An algorithm that cannot be allowed",
        "legacy: {value} is none of the outdated algorithms that can be allowed",
        why="Current algorithms need not be allowed, and those that protect nothing cannot be.",
        remedy="one of {known}{hint}",
    ),
    _row(
        "C483",
        "Two channels use the same folder of a server",
        "{setting}: {value} on {server} is also used by {other} in {other_file} line {other_line}",
        why="Each file would go to whoever looks first, or we would take back what we put there "
        "for the partner.",
        remedy="give each channel a folder of its own; where they share one, patterns (match, "
        "senders) that exclude each other",
    ),
    _row(
        "C484",
        "Two mailboxes have the same user",
        "user: {value} is already the user of {other} in {other_file} line {other_line}",
        why="The user name says whose mailbox it is, and nothing else does.",
        remedy="give each mailbox a user of its own",
    ),
    _row(
        "C485",
        "There is no server for a mailbox",
        "channel {channel} of {partner} is a mailbox, but gateway.yaml has no mailboxes",
        why="Mailboxes lie on our own SFTP server, which only runs when it is set up.",
        remedy="add mailboxes with listen and host_keys to gateway.yaml; docs/howto/mailboxes.md "
        "shows how",
    ),
    _warning(
        "C486",
        "Mails travel without TLS",
        "security: none leaves the connection to {server} open",
        why="Anybody on the way can read and change what is sent and fetched, and can pass "
        "himself off as the server.",
        remedy="set security: tls or starttls; keep none for a server on the same machine only",
    ),
    _warning(
        "C487",
        "Files travel without TLS",
        "url: {value} is not https",
        why="A file that is posted is not encrypted in itself: anybody on the way can read and "
        "change it, and read the login.",
        remedy="ask for an https address; keep http only in networks that you trust",
    ),
    _row(
        "C488",
        "A channel neither receives nor sends",
        "channel {channel} of {partner} has neither {kind}.receive nor {kind}.send",
        why="The server would be called for nothing.",
        remedy="add receive, send or both to channels.{channel}.{kind}, or take the channel out",
    ),
    _warning(
        "C489",
        "The partner can take a file before it is whole",
        "temporary: none writes files under their final names",
        why="The other side sees the file grow. If it takes it too early, or the connection "
        "breaks, it has half an order.",
        remedy="use a temporary name; where the server of {partner} cannot rename, ask for a "
        "marker and set done",
    ),
    _warning(
        "C490",
        "A file that nobody fetched can be replaced",
        "replace: true puts a new file over an old one of the same name",
        why="What was there is lost when {partner} had not taken it yet.",
        remedy="leave replace out, and let name tell files apart: {{control}} or {{seq}} in it",
    ),
    _row(
        "C491",
        "A file would be moved back to where it is taken from",
        "{setting}: {value} is the folder that {rival} names, too",
        why="Files that were taken, that are being taken and that are new lie apart from each "
        "other, or one is taken for the other.",
        remedy="name another folder, like {value}/archive",
    ),
    _warning(
        "C492",
        "Anybody can send mails that are taken for the partner's",
        "mails of {partner} are known by their sender alone",
        why="The sender of a mail is a line of text that anybody can write. Only the server that "
        "received the mail can tell whether it comes from there (SPF, DKIM, DMARC).",
        remedy="set authentication with the name that your mail server puts into its "
        "Authentication-Results headers",
    ),
    _row(
        "C493",
        "Nobody can reach a channel",
        "channel {channel} of {partner} is called by the partner, but {setting} is off",
        why="The partner's program posts files to our web port.",
        remedy="set http.listen or http.partners.listen in gateway.yaml",
    ),
    _warning(
        "C494",
        "A channel is looked into less often than it is missed",
        "silent: {value} is no longer than schedule.every: {every}",
        why="Before the next look nothing can have come: the alarm would go on and off.",
        remedy="a longer silent, or a shorter every",
    ),
    _row(
        "C495",
        "The channel of an agreement lacks what it is needed for",
        "channel {channel} has no {kind}.{needed}, but {document} {direction} needs it",
        why="An inbound agreement receives and answers; an outbound agreement sends.",
        remedy="add {needed} to channels.{channel}.{kind}, or take another channel",
    ),
    _warning(
        "C496",
        "Partners' tokens travel without TLS",
        "channel {channel} of {partner} is called at {listen}, which has no certificate and no "
        "proxy in front",
        why="Whoever reads a token on its way can post files in the name of the partner.",
        remedy="set http.partners with certificate and key; or name the reverse proxy that does "
        "TLS in http.partners.proxies, or listen on 127.0.0.1 behind it",
    ),
    _warning(
        "C497",
        "A secret is not where the settings say",
        "{setting}: {reference} cannot be read: {reason}",
        why="Secrets are read when a channel is used. Here this one is missing; where the gateway "
        "runs, it may be there.",
        remedy="put the secret there, or correct the reference. A file is relative to "
        "gateway.yaml; a variable has to be set for the service, not only in this shell",
    ),
)
