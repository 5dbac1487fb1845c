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
    Code(
        code="T109",
        layer=Layer.CHANNEL,
        title="No room on the disk",
        sentence="the file cannot be taken over: {reason}",
        why=(
            "A file is ours only when it lies whole in the archive, and is moved away from its "
            "folder. Until there is room it stays where it is; nothing of it is lost."
        ),
        remedy="make room on the disk of the gateway's archive and of the folder; it is tried "
        "again by itself",
        severity=Severity.WARNING,
    ),
    Code(
        code="T110",
        layer=Layer.CHANNEL,
        title="Written on after it was taken",
        sentence="{name} became longer after it was taken as message {id}; it is taken once more, "
        "as it is now",
        why=(
            "Its writer paused in the middle of the file for longer than `stable_for`, and the "
            "text looked complete. What was taken may lack its end."
        ),
        remedy="have the writer use a temporary name and rename, or a marker (`ready:`), or make "
        "`stable_for` longer; and look what became of message {id}",
        severity=Severity.WARNING,
    ),
    Code(
        code="T111",
        layer=Layer.CHANNEL,
        title="One number, two documents in a file",
        sentence="{document} {number} for {partner} stands several times in the file, with "
        "different content",
        why="Which of them is right cannot be known, so none of them is sent.",
        remedy="leave one of them in the file, or give the other one a number of its own",
    ),
    Code(
        code="T112",
        layer=Layer.CHANNEL,
        title="Changed document held",
        sentence="{document} {number} for {partner} was sent before with other content, as "
        "message {before}; it is held",
        why=(
            "The agreement says that a person decides whether a second version goes out "
            "(`changed: hold`)."
        ),
        remedy="compare both, then send it with: gateway replay {id} --reason …",
    ),
    Code(
        code="T113",
        layer=Layer.CHANNEL,
        title="Changed document refused",
        sentence="{document} {number} for {partner} was sent before with other content, as "
        "message {before}",
        why=(
            "The agreement says that a document which was sent is not sent again in another "
            "version (`changed: refuse`): an invoice is corrected by a credit note."
        ),
        remedy="send a document with a number of its own that corrects the first one",
    ),
)
