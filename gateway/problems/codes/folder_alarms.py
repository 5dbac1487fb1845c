"""Alarms about folders (A150-A154)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, row

CODES: tuple[Code, ...] = (
    row(
        Layer.ALARM,
        "A150",
        "The ERP is silent",
        "the ERP exported no {document} on {day}, although one is expected by {by} ({zone}) in "
        "{folder}",
        why="An export that is not started any more makes no error anywhere. Only what is "
        "expected (erp.receive.expect) can tell that something is missing.",
        remedy="look whether the export ran in the ERP, and whether it writes into {folder}",
    ),
    row(
        Layer.ALARM,
        "A151",
        "Files are left in a folder",
        "files lie in {folder} for more than an hour and are not taken ({count} in all); the first "
        "is {name}, since {since}: {why}",
        why="A file that lies in a folder looks as if it were under way. It is not: the gateway "
        "waits for its marker or its end, or it cannot move it.",
        remedy="look at {name}: its writer may have stopped before its end, or may have failed to "
        "write the marker; another program may have it open; or the gateway may be stopped",
    ),
    row(
        Layer.ALARM,
        "A152",
        "Files of the ERP lie where nobody looks",
        "files lie in {folder}, from where nothing is taken ({count} in all); the first is {name}",
        why="The gateway takes files from the folders of documents only: the folder says what a "
        "file holds. A name that is nearly right makes no error anywhere.",
        remedy="move them to the folder of their document, one of: {known}{hint}",
    ),
)
"""A15x."""
