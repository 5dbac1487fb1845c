"""Problems of channels by e-mail: servers, mails that are left, mails that leave (T450-T469)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, Severity, row

_row = partial(row, Layer.CHANNEL)
_warning = partial(row, Layer.CHANNEL, severity=Severity.WARNING)

_TEST = "gateway channel test {partner} {channel} tries it step by step"

_SERVERS = (
    _row(
        "T450",
        "The name of a mail server is unknown",
        "{host} has no address: {reason}",
        why="The name is looked up in the DNS each time we connect.",
        remedy="correct server in the settings, or ask whoever runs your DNS",
    ),
    _row(
        "T451",
        "A mail server does not answer",
        "{host} port {port} does not answer: {reason}",
        why="The server is down, a firewall is between, or it listens on another port: 993 (TLS) "
        "or 143 for IMAP, 465 (TLS) or 587 for SMTP.",
        remedy="compare server and security with what your provider says; it is tried again by "
        "itself",
    ),
    _row(
        "T452",
        "A mail server cannot prove who it is",
        "the connection to {host} cannot be protected: {reason}",
        why="Without a certificate that names the server and that we trust, anybody on the way "
        "could read the password and the mails.",
        remedy="compare the name in server with the one in the certificate; of an authority of "
        "your own, put the certificate into the partner's folder and name it in ca",
    ),
    _row(
        "T453",
        "A mail server offers no encryption",
        "{host} does not offer STARTTLS, which security asks for",
        why="We do not go on without encryption: somebody on the way can take the offer out.",
        remedy="set security: tls, if the server has a port for that, or ask your provider",
    ),
    _row(
        "T454",
        "A mail server does not let us in",
        "{host} refuses the login of {user}: {said}",
        why="User or password are wrong, or the account may not use this way.",
        remedy="check user and password; some providers want a password for programs, which you "
        "make in the settings of the account",
    ),
    _row(
        "T455",
        "The connection to a mail server broke",
        "the connection to {host} broke while {doing}: {reason}",
        why="The network or the server failed. What was not finished is done again.",
        remedy="nothing, if it happens rarely; it is tried again by itself",
    ),
    _row(
        "T456",
        "A mail server does not have something",
        "{what} is not there on {host}",
        why="A folder has another name, or somebody moved or deleted a mail while we read it.",
        remedy="compare the name of the folder; INBOX is there always, others are written as the "
        "server shows them, with its sign between levels",
    ),
    _row(
        "T457",
        "A mail server refuses something",
        "{host} refuses to {doing}: {said}",
        why="The account may lack a right, or its space is used up.",
        remedy="the words of the server say more; ask your provider about them",
    ),
    _row(
        "T458",
        "Settings of a mail channel cannot be used",
        "{setting} cannot be used: {reason}",
        why="Without it we cannot log in, or cannot tell whether it is the right server.",
        remedy="put right what is said; it is tried again by itself",
    ),
)

_LEFT = (
    _warning(
        "T459",
        "A mail has no attachment",
        "{mail} has no attachment that could be a document",
        why="Documents are taken from attachments, never from the text of a mail.",
        remedy="read the mail; ask the sender to attach the file",
    ),
    _warning(
        "T460",
        "Outlook packed the attachments of a mail",
        "the attachments of {mail} are in {name}, a form of Microsoft's (TNEF) that is not opened",
        why="The sender's Outlook or Exchange sends rich text to us. Other programs cannot read "
        "what is attached to it.",
        remedy="ask the sender to send HTML or plain text to this address (in Exchange: remote "
        "domain, rich text never)",
    ),
    _warning(
        "T461",
        "An attachment is a container",
        "{name} in {mail} is {kind}, which is not opened",
        why="What is inside of an archive or an encrypted mail may be anything, of any size.",
        remedy="ask the sender to attach the files themselves",
    ),
    _warning(
        "T462",
        "A mail is too large",
        "{mail} has {size} bytes; max_size is {limit}",
        why="A mail is held in memory while it is read.",
        remedy="set max_size of the channel higher if such mails are expected",
    ),
    _warning(
        "T463",
        "A mail is damaged",
        "{mail} cannot be read: {reason}",
        why="What is cut off or garbled is not guessed at: half an order is worse than none.",
        remedy="ask the sender to send it again; the mail is still in the mailbox",
    ),
    _warning(
        "T464",
        "The sender of a mail is not proven",
        "{mail} says it is from {sender}, but {reason}",
        why="Anybody can write any sender into a mail. authentication asks for mails that our "
        "mail server has confirmed.",
        remedy="look at the mail's headers; if it is real, ask the sender to set up DKIM and "
        "DMARC, or your provider for the name of authentication.server",
    ),
    _warning(
        "T465",
        "A mail has no clear sender",
        "{mail} names {found} as its sender",
        why="A mail from exactly one address is expected. Several senders are a way to show "
        "one to a person and another one to a program.",
        remedy="read the mail; ask the sender to send from one address",
    ),
)

_SENDING = (
    _row(
        "T466",
        "A mail server refuses a mail for good",
        "{host} does not take {name}: {said}",
        why="The server said that trying again is no use (5xx): an address is unknown, the mail "
        "is too large, or its content is refused.",
        remedy="put right what the server says, then gateway replay {id}",
    ),
    _row(
        "T467",
        "A mail server does not take a mail now",
        "{host} does not take {name} now: {said}",
        why="The server asks to come again later (4xx): it is busy, or it lets strangers wait.",
        remedy="nothing; it is tried again by itself",
    ),
    _row(
        "T468",
        "A receiver of a mail is refused",
        "{host} refuses {refused} of the receivers of {name}: {said}. Nothing was sent",
        why="A document counts as sent when everybody has it whom the settings name. To send it "
        "to some, and to all of them later, would give it to some twice.",
        remedy="correct to in the settings, or ask {partner} for the right address",
    ),
    _row(
        "T469",
        "Nobody knows whether a mail left",
        "the connection to {host} broke after {name} had been handed over: {reason}",
        why="The server may have taken it. It is sent again with the same Message-ID "
        "({message_id}), by which most mailboxes notice that they have it already.",
        remedy="nothing; where the partner got it twice, tell him that the Message-ID is the same",
    ),
)

CODES = (*_SERVERS, *_LEFT, *_SENDING)
