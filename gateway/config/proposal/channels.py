"""The channel of a proposal: a folder as it is, other kinds as a skeleton with marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from gateway.config.channel import Kind
from gateway.config.proposal.writing import decided, scalar

KINDS: tuple[str, ...] = get_args(Kind)
_NO_KEY = "SHA256:" + "A" * 43
Line = tuple[str, str]
"""A line, and what is to be decided about it (empty: nothing)."""

_REMOTE: tuple[Line, ...] = (
    ("  receive:", ""),
    ("    folder: /outgoing", "the folder we take his files from"),
    ('    match: "*"', ""),
    ("    after: delete", "what becomes of files that we have: delete, move, leave"),
    ("  send:", ""),
    ("    folder: /incoming", "the folder we put files into"),
    ('    name: "{message}_{control}.{ext}"', "the names he expects"),
)
_SKELETONS: Mapping[str, tuple[Line, ...]] = {
    "as2": (
        ("  id: {NAME}", "his AS2 id, exactly as he writes it"),
        ("  url: https://as2.{name}.example/as2", "his address"),
        ("  # certificates: [{file: certs/his.pem}]", "his certificate, compared by telephone"),
    ),
    "sftp": (
        ("  host: sftp.{name}.example", "his server"),
        (f"  host_keys: [{_NO_KEY}]", "its key, compared by telephone (gateway channel hostkey)"),
        ("  login:", ""),
        ("    user: decide", "our user name there"),
        ("    password: ${env:SFTP_{ENV}}", "how we log in: password, or keys"),
        *_REMOTE,
    ),
    "mailbox": (
        ("  user: {name}", "his user name on our server"),
        ('  passwords: ["${env:MAILBOX_{ENV}}"]', "the hash of his password, or his keys"),
        ('  receive: {match: "*"}', ""),
        ('  send: {name: "{message}_{control}.{ext}"}', "the names he expects"),
    ),
    "ftps": (
        ("  host: ftps.{name}.example", "his server"),
        ("  user: decide", "our user name there"),
        ("  password: ${env:FTPS_{ENV}}", "where our password is kept"),
        *_REMOTE,
    ),
    "https": (
        (
            '  receive: {tokens: ["${env:TOKEN_OF_{ENV}}"]}',
            "where the token of his program is kept",
        ),
        ("  send:", ""),
        ("    url: https://edi.{name}.example/in", "his address"),
    ),
    "mail": (
        ("  receive:", ""),
        ("    imap:", ""),
        ("      server: imap.example.com", "our mail server"),
        ("      user: edi", "the mailbox we read"),
        ("      password: ${env:IMAP_{ENV}}", "where its password is kept"),
        ('    senders: ["*@{name}.example"]', "the addresses his mails come from"),
        ("  send:", ""),
        ("    smtp: {server: smtp.example.com}", "our mail server"),
        ("    sender: edi@example.com", "our address"),
        ("    to: [edi@{name}.example]", "his address"),
    ),
}


def channel_lines(kind: str, name: str, match: str) -> list[str]:
    """``channels:`` of the partner ``name``; ``match`` is the pattern of his file names."""
    lines = ["channels:", "  main:", f"    kind: {kind}"]
    if kind == "folder":
        base = f"var/partners/{name}"
        receive = f"{{folder: {base}/in, match: {scalar(match)}, stable_for: 2s}}"
        send = f'{{folder: {base}/out, name: "{{message}}_{{control}}.{{ext}}"}}'
        return [*lines, f"    receive: {receive}", f"    send: {send}"]
    lines.append(f"    {kind}:")
    return lines + [_filled(one, name) for one in _SKELETONS[kind]]


def _filled(line: Line, name: str) -> str:
    text, what = line
    env = name.upper().replace("-", "_")
    text = text.replace("{name}", name).replace("{NAME}", name.upper()).replace("{ENV}", env)
    text = f"    {text}"
    return decided(text, what) if what else text


def steps(kind: str) -> Sequence[str]:
    """What the channel asks of people, for the notes."""
    return [what for _, what in _SKELETONS.get(kind, ()) if what]
