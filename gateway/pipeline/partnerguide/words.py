"""All that the page says in words. ``you`` is the partner, ``we`` are this house."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.agreement import Agreement
from gateway.config.models import Partner
from gateway.config.operation import Expect, Retry
from gateway.config.values import duration_text, size_text

TITLE = "How we exchange documents"
INTRO = (
    "This page says what was agreed between us. It is made from the settings that messages are "
    "processed with. Please compare it with yours, fingerprints by telephone, and tell us what is "
    "not right."
)
PARTS = {
    "us": "Who we are",
    "you": "Who you are to us",
    "channels": "How files travel",
    "agreements": "What is exchanged",
    "expects": "What we expect",
    "codes": "Codes",
    "samples": "Sample messages",
}
LABELS = {
    "name": "Name", "gln": "GLN", "edifact": "EDIFACT (UNB)", "x12": "X12 (ISA, GS)",
    "edifact_test": "EDIFACT, in tests", "x12_test": "X12, in tests", "as2_id": "Our AS2 id",
    "as2_url": "Our AS2 address", "host_keys": "Host key of our SFTP server", "kind": "Way",
    "their_as2_id": "Your AS2 id", "their_url": "Your address", "server": "Server",
    "user": "User", "from": "We fetch from", "to": "We put into", "names_in": "Names of your files",
    "names_out": "Names of our files", "signature": "Signature", "encryption": "Encryption",
    "receipts": "Receipts we ask for", "guide": "Content",
}  # fmt: skip
KINDS = {
    "folder": "files, by the way that was agreed",
    "as2": "AS2",
    "sftp": "SFTP, your server",
    "mailbox": "SFTP, our server",
    "ftps": "FTP over TLS, your server",
    "https": "HTTPS",
    "mail": "e-mail attachments",
}
MODES = {"live": "live", "test": "in test", "paused": "not started"}
DIRECTIONS = {"inbound": "you send", "outbound": "we send"}
SAMPLES = {
    "inbound": "as you would send it",
    "outbound": "as we would send it",
}
SAMPLE_NOTE = "Invented, with the identities, rules and codes of this page; marked as tests."
NO_SAMPLE = "No sample could be made."
AGREED = "as agreed"
_ANSWERS = {"contrl": "CONTRL", "997": "997", "999": "999", "ta1": "TA1"}
_WHEN = {
    "always": "Every interchange is acknowledged with {answer}.",
    "on_request": "An interchange that asks for it is acknowledged with {answer}.",
    "errors": "Only interchanges with errors are acknowledged, with {answer}.",
}
_POLICY = {
    "warn": "is noted",
    "hold": "waits for a person here",
    "reject": "is refused",
}


def identity(id_: str, qualifier: str, routing: str = "", group: str | None = None) -> str:
    """``4098765000003, qualifier 14``."""
    parts = [id_]
    parts += [f"qualifier {qualifier}"] if qualifier else []
    parts += [f"internal identification {routing}"] if routing else []
    parts += [f"group {group}"] if group else []
    return ", ".join(parts)


def answers(agreement: Agreement) -> Iterator[str]:
    """How what the partner sends is answered, and when."""
    how = agreement.acknowledge
    if agreement.answer == "none":
        yield "It is not acknowledged."
    else:
        yield _WHEN[how.when].format(answer=_ANSWERS[agreement.answer])
    if how.business != "none":
        yield f"Errors of the content are told with {how.business.upper()}."
    if how.answered_within is not None:
        yield f"Our order response comes within {duration_text(how.answered_within)}."
    scope = "its message" if agreement.errors.scope == "message" else "the whole interchange"
    done = "is refused" if agreement.errors.action == "refuse" else "waits for a person here"
    yield f"With an error {scope} {done}; no line is left out."
    if agreement.duplicates.number != "accept":
        yield f"A document number that came before {_POLICY[agreement.duplicates.number]}."


def awaited(agreement: Agreement, retry: Retry) -> Iterator[str]:
    """How what we send is to be answered, and how it leaves."""
    if agreement.answer == "none":
        yield "We await no acknowledgement."
    else:
        within = agreement.acknowledge.within
        until = f" within {duration_text(within)}" if within is not None else ""
        yield f"We await {_ANSWERS[agreement.answer]}{until}."
    send = agreement.send
    if send.batch is not None:
        batch = send.batch
        parts = [] if batch.count is None else [f"{batch.count} documents"]
        parts += [] if batch.time is None else [duration_text(batch.time)]
        parts += [] if batch.size is None else [size_text(batch.size)]
        yield f"Documents are collected: an interchange leaves after {' or '.join(parts)}."
    if send.per == "document":
        yield "Each document comes in an interchange of its own."
    if send.window is not None:
        yield f"Interchanges leave in these hours: {send.window}."
    yield (
        f"What cannot be delivered is tried again after {duration_text(retry.first)}, then less "
        f"and less often, {retry.attempts} times."
    )


def expected(agreement: Agreement, expect: Expect) -> str:
    """``ORDERS comes by 12:00 (Europe/Berlin) on mon, tue``."""
    days = ", ".join(expect.days)
    return f"{agreement.message} comes by {expect.by} ({expect.zone}) on {days}."


def references(partner: Partner) -> Iterator[str]:
    """What references of interchanges must do, by what is done where they do not."""
    rules = partner.references
    where = " and ".join(
        name
        for syntax, name in (("edifact", "UNB 0020"), ("x12", "ISA13"))
        if partner.identities.of(syntax) is not None
    )
    yield f"Each interchange has a reference of its own ({where})."
    repeat = {"answer": "gets the same answer again", **_POLICY}[rules.repeat]
    yield f"The same reference with the same content {repeat}; it is never processed twice."
    if rules.reuse != "accept":
        yield f"The same reference with other content {_POLICY[rules.reuse]}."
    if rules.gap != "accept":
        yield f"References are numbered without gaps; a gap {_POLICY[rules.gap]}."
    yield "Tests carry the test indicator (UNB 0035, ISA15) or a test id."
