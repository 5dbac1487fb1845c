"""What the headers of our interchanges say: settings of ``syntax`` as an envelope to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.config import Workspace
from gateway.config.envelope import EdifactSyntax, X12Syntax
from gateway.config.models import Agreement, Partner
from gateway.config.models import Identity as Configured
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.grammar.envelope import Identity, Outgoing
from gateway.syntax import Dialect
from gateway.syntax.charset import ENCODINGS, LEVELS, X12_BASIC, X12_CODEC, X12_EXTENDED
from gateway.syntax.delimiters import Delimiters
from gateway.syntax.write import misfits

X12_VERSION = "00401"
"""ISA12 where neither settings nor a standard say another one."""
_REPEATS_FROM = "00402"
_RELEASE = 5
"""Characters of ISA12 that name the release of a standard: those of ``004010``."""
_SETS = {"basic": X12_BASIC, "extended": X12_EXTENDED}
HIDDEN = "HIDDEN"
"""Stands for a secret where an interchange is only tried."""


def dialect_of(syntax: EdifactSyntax | X12Syntax, directory: str = "") -> Dialect:
    """How a partner wants to be written to. ``directory``: of the standard, which ISA12 follows."""
    if isinstance(syntax, EdifactSyntax):
        return _edifact(syntax)
    version = syntax.version or directory[:_RELEASE] or X12_VERSION
    signs = syntax.delimiters
    repeats = version >= _REPEATS_FROM and syntax.standards_id == "auto"
    repetition = signs.repetition if repeats else ""
    delimiters = Delimiters(signs.component, signs.element, ".", "", repetition, signs.terminator)
    level = _SETS.get(syntax.characters.set, "")
    codec = syntax.codec or ("ascii" if level else X12_CODEC)
    return Dialect("x12", version, delimiters, codec, level)


def _edifact(syntax: EdifactSyntax) -> Dialect:
    signs, level, version = syntax.delimiters, syntax.version.level, syntax.version.version
    delimiters = Delimiters(
        signs.component,
        signs.element,
        signs.decimal,
        signs.release,
        signs.repetition if version >= "4" else "",
        signs.terminator,
    )
    declared = ENCODINGS[syntax.encoding] if syntax.encoding else LEVELS.get(level, "iso8859-1")
    return Dialect("edifact", version, delimiters, syntax.codec or declared, level)


def heading(
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    syntax: EdifactSyntax | X12Syntax,
    facts: dict[str, Any],
    *,
    test: bool,
    hidden: bool = False,
) -> Outgoing:
    """The envelope for interchanges of an agreement; ``facts``: what each of them has anew.

    ``hidden``: it will not leave, so that no secret is looked up. Raises :class:`SecretError`.
    """
    standard = agreement.standard
    own = workspace.own.identities.of(standard.syntax)
    theirs = partner.identities.of(standard.syntax)
    if own is None or theirs is None:
        raise ValueError(f"{partner.partner} or we have no {standard.syntax} identity")
    dialect = dialect_of(syntax, standard.directory)
    known = {
        "dialect": dialect,
        "sender": _identity(own, test),
        "receiver": _identity(theirs, test),
        "directory": standard.directory,
        "association": standard.association,
        "group_sender": syntax.group.sender or own.group or "",
        "group_receiver": syntax.group.receiver or theirs.group or "",
        "group_type": syntax.group.type or "",
        "test": test,
    }
    root = None if hidden else workspace.base
    if isinstance(syntax, X12Syntax):
        return Outgoing(**{**known, **_x12(syntax, dialect, root), **facts})
    return Outgoing(
        **{**known, **_unb(syntax, known, root), **_ung(syntax, dialect, root), **facts}
    )


def _identity(configured: Configured, test: bool) -> Identity:
    id_ = configured.test_id if test and configured.test_id else configured.id
    return Identity(id_, configured.qualifier, configured.routing)


def _unb(syntax: EdifactSyntax, known: dict[str, Any], root: Path | None) -> dict[str, Any]:
    routing = syntax.routing
    sender, receiver = known["sender"], known["receiver"]
    indicated = {"always": True, "never": False, "mode": known["test"]}
    return {
        "sender": Identity(sender.id, sender.qualifier, routing.sender or sender.routing),
        "receiver": Identity(receiver.id, receiver.qualifier, routing.receiver or receiver.routing),
        "sender_further": routing.sender_further or "",
        "receiver_further": routing.receiver_further or "",
        "encoding": syntax.encoding or "",
        "recipient": _recipient(syntax, known["dialect"], root),
        "application_reference": syntax.application_reference,
        "priority": syntax.priority,
        "ack_requested": syntax.ask_ack != "false",
        "receipt_only": syntax.ask_ack == "receipt",
        "agreement": syntax.agreement_id,
        "test": indicated[syntax.test_indicator],
        "agency": syntax.agency,
    }


def _ung(syntax: EdifactSyntax, dialect: Dialect, root: Path | None) -> dict[str, Any]:
    group = syntax.group
    if not group.write:
        return {}
    said: dict[str, Any] = {
        "group": True,
        "group_agency": group.agency or "",
        "group_association": group.association,
        "group_sender_qualifier": group.sender_qualifier,
        "group_receiver_qualifier": group.receiver_qualifier,
    }
    if group.password is not None:
        said["group_password"] = _said(group.password, dialect, root, 14, "UNG 0058")
    return said


def _recipient(syntax: EdifactSyntax, dialect: Dialect, root: Path | None) -> tuple[str, str]:
    """UNB S005."""
    known = syntax.recipient
    if known is None:
        return "", ""
    return _said(known.reference, dialect, root, 14, "UNB 0022"), known.qualifier or ""


def _security(syntax: X12Syntax, dialect: Dialect, root: Path | None) -> dict[str, Any]:
    """ISA01 to ISA04."""
    said: dict[str, Any] = {}
    if syntax.authorization is not None:
        given = syntax.authorization
        text = _said(given.information, dialect, root, 10, "ISA02")
        said["authorization"] = (given.qualifier, text)
    if syntax.security is not None:
        text = _said(syntax.security.password, dialect, root, 10, "ISA04")
        said["security"] = (syntax.security.qualifier, text)
    return said


def _x12(syntax: X12Syntax, dialect: Dialect, root: Path | None) -> dict[str, Any]:
    return {
        **_security(syntax, dialect, root),
        "ack_requested": syntax.ask_ack,
        "usage": syntax.usage or "",
        "group_agency": syntax.group.agency,
        "group_version": syntax.group.version or "",
    }


def _said(
    value: str | Secret, dialect: Dialect, root: Path | None, width: int, element: str
) -> str:
    """A text, or the secret that is referred to, as far as the element holds it."""
    if isinstance(value, str):
        return value
    if root is None:
        return HIDDEN
    text = resolve(value, root)
    if len(text) > width:
        long = f"{value}: it has {len(text)} characters, and {element} holds {width}"
        raise SecretError(long)
    if misfits(set(text), dialect):
        raise SecretError(f"{value}: {element} cannot hold one of its characters")
    return text


def admitted(outgoing: Outgoing, syntax: EdifactSyntax | X12Syntax, root: Path | None) -> Outgoing:
    """An answer with what the partner's system asks of who sends to it: UNB S005, ISA01 to ISA04.

    ``root``: of files with secrets; ``None`` where it will not leave. Raises :class:`SecretError`.
    """
    dialect = outgoing.dialect
    if isinstance(syntax, X12Syntax):
        return replace(outgoing, **_security(syntax, dialect, root))
    return replace(outgoing, recipient=_recipient(syntax, dialect, root))


def access_of(syntax: EdifactSyntax | X12Syntax, numbers: Sequence[str]) -> tuple[str, ...]:
    """UNH 0068 of messages, from the numbers of their documents."""
    asked = isinstance(syntax, EdifactSyntax) and syntax.access_reference == "number"
    return tuple(numbers) if asked else ()
