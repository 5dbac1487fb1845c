"""Problems of the channels layer (codes T…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity

CODES: tuple[Code, ...] = (
    Code(
        code="T101",
        layer=Layer.CHANNEL,
        title="Empty file",
        sentence="{name} is empty: it holds {size} bytes and no document",
        why=(
            "An export that failed, or a transfer that broke off, often leaves an empty file. "
            "Taking it as received would hide that."
        ),
        remedy="look why the sender wrote an empty file, and have it sent again",
    ),
    Code(
        code="T102",
        layer=Layer.CHANNEL,
        title="Not a file format that is exchanged here",
        sentence="{name} is {found}; expected here: {expected}",
        why=(
            "The first bytes tell what a file is, its name does not. Pictures, archives and "
            "office documents are no EDI."
        ),
        remedy="send {expected}, uncompressed and unencrypted",
    ),
    Code(
        code="T103",
        layer=Layer.CHANNEL,
        title="Link instead of a file",
        sentence="the entry is a symbolic link; links are not followed",
        why="A link in an exchange folder could make the gateway send any file of this machine.",
        remedy="put the file itself into the folder",
        severity=Severity.WARNING,
    ),
    Code(
        code="T104",
        layer=Layer.CHANNEL,
        title="File cannot be read",
        sentence="the file cannot be read: {reason}",
        why="The account that runs the gateway needs to read and to move the files of its folders.",
        remedy="give the gateway's account read and write permission on the folder and its files",
        severity=Severity.WARNING,
    ),
    Code(
        code="T105",
        layer=Layer.CHANNEL,
        title="Already processed",
        sentence="the same bytes were processed before, as message {before} ({name}, {when})",
        why=(
            "A file that is put into a folder twice must not become two orders. The original was "
            "moved to archive/duplicates."
        ),
        remedy="nothing; to run it again on purpose: gateway replay {before} --reason …",
        severity=Severity.WARNING,
    ),
    Code(
        code="T106",
        layer=Layer.CHANNEL,
        title="Name taken by another file",
        sentence="{name} was there already with other content; written as {instead}",
        why="The gateway never overwrites a file that it, or anybody, put into a folder.",
        remedy="use {{seq}} in the name template, or have the receiver fetch its files",
        severity=Severity.WARNING,
    ),
    Code(
        code="T107",
        layer=Layer.CHANNEL,
        title="File cannot be delivered",
        sentence="{name} cannot be written to {folder}: {reason}",
        why="A full disk, a missing share or missing permission. The file is tried again.",
        remedy="make room, connect the share, or give permission on {folder}",
        severity=Severity.WARNING,
    ),
    Code(
        code="T108",
        layer=Layer.CHANNEL,
        title="File too large",
        sentence="{name} has {size} bytes; the limit is {limit}",
        why="A limit keeps a broken or hostile sender from filling the disk unnoticed.",
        remedy="split the file, or raise `limits.file` in gateway.yaml",
    ),
)
