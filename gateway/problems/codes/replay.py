"""Problems of the replay and resend layer (codes P2…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(code: str, title: str, sentence: str, why: str, remedy: str, **more: object) -> Code:
    return Code(
        code=code,
        layer=Layer.PIPELINE,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        **more,  # type: ignore[arg-type]
    )


_REFUSED = (
    _row(
        "P201",
        "Acknowledged already",
        "{what} was acknowledged on {when}: {how}",
        "The receiver has said that he has it; a second one could be booked twice.",
        "nothing; if he needs it all the same: gateway replay {id} --force --reason …",
    ),
    _row(
        "P202",
        "With the ERP already",
        "{what} was put into the ERP's folder on {when}, as {file}",
        "The ERP has it; a second file could be booked twice.",
        "to put the same file there again: gateway replay {id} --resend --force --reason …; to "
        "process it anew: gateway replay {id} --force --reason …",
    ),
    _row(
        "P203",
        "Sent already",
        "{what} was sent to {partner} on {when}, in interchange {reference}",
        "Processed again it leaves under a new number, which the partner takes for a new message.",
        "to send the same bytes again: gateway replay {id} --resend --reason …; as a new message: "
        "gateway replay {id} --force --reason …",
    ),
    _row(
        "P204",
        "Still on its way",
        "{what} is still on its way: {state}",
        "Two that do the same work would do it twice.",
        "wait; `gateway message {id}` tells what it waits for",
    ),
    _row(
        "P205",
        "Replayed already",
        "{what} was replayed before, as {again}",
        "A filter goes on where it was interrupted: it leaves out what it did, and what a person "
        "replayed.",
        "look at `gateway message {again}`; to replay this one once more: gateway replay {id} "
        "--reason …",
    ),
    _row(
        "P206",
        "Nothing to replay",
        "message {id}: {reason}",
        "Only what came in a file can run again, and only what was sent can be sent again.",
        "`gateway messages` lists what there is",
    ),
    _row(
        "P207",
        "Filter restricts nothing",
        "the filter would replay everything there is",
        "A replay of everything is never meant.",
        "restrict it: partner:, document:, state:, problem:, since:, kind: or a reference",
    ),
)

_AS_THEN = (
    _row(
        "P210",
        "Settings of then not kept",
        "the settings {hash} that message {id} was processed with are not kept here",
        "They are kept since a gateway with this feature was started with them for the first time.",
        "replay it as now: gateway replay {id} --reason …",
    ),
    _row(
        "P211",
        "Settings of then not usable",
        "the settings {hash} of then cannot be used: {reason}",
        "They are damaged, or this version of the gateway no longer understands them.",
        "replay it as now: gateway replay {id} --reason …",
    ),
    _row(
        "P212",
        "Another version of the gateway than then",
        "then version {then} worked, now it is {now}: the grammars that come with it are today's",
        "Settings, maps, layouts and the workspace's own grammars are kept; the grammars of the "
        "standards and the program are those that are installed.",
        "look at the preview: gateway replay {id} --preview --as then",
        severity=Severity.WARNING,
    ),
    _row(
        "P213",
        "Settings changed while starting",
        "the settings were changed on disk while they were being kept; {hash} is not kept",
        "Messages that are processed now could not be replayed as then.",
        "start the gateway again",
        severity=Severity.WARNING,
    ),
    _row(
        "P214",
        "Not all of the settings are kept",
        "of the settings {hash} these files are not kept: {files}",
        "Private keys, files that hold secrets, and what is no text never get into a snapshot.",
        "check with --preview that what is missing makes no difference",
        severity=Severity.WARNING,
    ),
)

_NUMBERS = (
    _row(
        "P220",
        "Control number used already",
        "after {value} the next number is {next}, but {used} was used, by message {id} on {when}",
        "A partner refuses a number that he has seen, or takes a new interchange for a repeat and "
        "ignores it.",
        "set it to {used} or higher; if the partner agreed to start again: --force",
    ),
    _row(
        "P221",
        "No such counter",
        "there is no counter {scope}",
        "A counter belongs to one of our identities, one of a partner's, a standard, live or test.",
        "write it as `gateway numbers` lists it{hint}",
    ),
    _row(
        "P222",
        "Not a control number",
        "{value} is no control number: it goes from 0 to {largest}",
        "It is the number that counts as the last one used; the next interchange gets the one "
        "after it.",
        "give a number from 0 to {largest}",
    ),
)

CODES: tuple[Code, ...] = (*_REFUSED, *_AS_THEN, *_NUMBERS)
