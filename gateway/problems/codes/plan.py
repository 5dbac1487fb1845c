"""Problems of what surrounds the gateway, as `gateway check --world` finds them (P240-P249)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer


def _row(code: str, title: str, sentence: str, why: str, remedy: str) -> Code:
    return Code(
        code=code, layer=Layer.PIPELINE, title=title, sentence=sentence, why=why, remedy=remedy
    )


CODES = (
    _row(
        "P240",
        "No end within its time",
        "{what} took longer than {seconds} s; the last step that was told: {step}",
        "A trial that hangs must not keep the others waiting; it was left alone.",
        "look whether a firewall drops packets on the way there; try it alone, without a limit: "
        "gateway channel test",
    ),
    _row(
        "P241",
        "A folder cannot be used",
        "the folder {folder} cannot be used: {reason}",
        "Files are read, written and moved there; what is written has to be on the disk before it "
        "is confirmed.",
        "mount the share, or give the account of the gateway the right to write there",
    ),
    _row(
        "P242",
        "The database cannot be reached",
        "the database {database} cannot be used: {reason}",
        "Without it nothing can be taken, and nothing is confirmed to anybody.",
        "start it, or correct database: in gateway.yaml; see docs/howto/run-on-many-machines.md",
    ),
    _row(
        "P243",
        "The archive cannot be reached",
        "the archive {archive} cannot be used: {reason}",
        "A payload is kept there before anything is confirmed.",
        "correct archive: in gateway.yaml, or what lets us into the store",
    ),
    _row(
        "P244",
        "A port of ours is taken",
        "{listen} cannot be opened: {reason}",
        "`gateway serve` listens there; while another program has it, partners reach that one.",
        "stop the other program, or choose another port; ports below 1024 need the right to open "
        "them",
    ),
    _row(
        "P245",
        "It could not be tried",
        "{what} could not be tried: {failure}",
        "This is a bug of ours: no setting should lead here.",
        "tell us, with this sentence; the channel itself may work: gateway channel test",
    ),
)
