"""Settings of agreements that clash or do nothing (C160-C169), and what they find (P170-P179)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_row = partial(row, Layer.CONFIG)

_SETTINGS = (
    _row(
        "C160",
        "Two agreements claim the same messages",
        "message {message} could be under this agreement ({match}) and, with equal right, under "
        "that of {other_file} line {other_line} ({other})",
        why="Of several agreements the one that asks for most around the message is taken. Two "
        "that ask for equally much, and that one message can fit, leave it to chance.",
        remedy="let one of the two ask for more, or for something that excludes the other "
        "(match: in both agreements)",
    ),
    _row(
        "C162",
        "A setting that does nothing here",
        "{setting} does nothing for {what}: {why}",
        why="Whoever wrote it believes that it does something.",
        remedy="take {setting} out, or move it to where it has an effect",
        severity=Severity.WARNING,
    ),
    _row(
        "C163",
        "An alert by e-mail without a mail server",
        "alerts of {partner} go to {value}, but gateway.yaml has no alarms.email",
        why="The server and the sender of all notices are set once, in gateway.yaml.",
        remedy="set alarms.email in gateway.yaml: server, sender, to",
    ),
    _row(
        "C164",
        "An alert for a contact that cannot be written to",
        "alerts of {partner} go to {value}, {why}",
        why="An alert that reaches nobody is worse than none: everybody believes it is set.",
        remedy="{remedy}",
    ),
    _row(
        "C165",
        "Kept for a shorter time than it has to be known",
        "{setting}: {value} is shorter than {other}: {other_value}",
        why="A repeat is recognised by what is kept. When the first message is deleted before the "
        "time in which its repeat counts is over, the repeat is taken for something new.",
        remedy="keep it for at least {other_value}, or shorten {other}",
        severity=Severity.WARNING,
    ),
    _row(
        "C166",
        "A deadline that nothing can keep",
        "acknowledge.answered_within of {document} inbound awaits an order response of ours, but "
        "{partner} has no agreement for one",
        why="Only an order response that goes out ends the deadline: without an agreement for it, "
        "every order would become an alarm.",
        remedy="add an outbound agreement for orderresponse, or take answered_within out",
    ),
)


def _found(code: str, title: str, sentence: str, why: str, remedy: str, **more: object) -> Code:
    return Code(
        code=code,
        layer=Layer.PIPELINE,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        **more,  # type: ignore[arg-type]
    )


_FOUND = (
    _found(
        "P170",
        "The password of the interchange is wrong",
        "the interchange of {partner} does not carry the password that was agreed ({element})",
        "The password says that the interchange really comes from the partner. It is not shown.",
        "ask {partner} to send the password that was agreed; change identities.{standard}.password "
        "when a new one was",
        edifact="18",
        ta1="013",
    ),
    _found(
        "P171",
        "The password to compare with is not there",
        "the password of {partner} cannot be looked up: {reason}",
        "Without it nobody can say whether the interchange really comes from the partner.",
        "put the secret where identities.{standard}.password says, then: gateway replay {id} "
        "--reason …",
    ),
    _found(
        "P172",
        "The group is not as agreed",
        "message {message}: {found}; agreed is {agreed}",
        "Whether messages stand in groups, and whom a group names, was agreed (checks.groups, "
        "checks.group_ids).",
        "have the partner send {agreed}, or change the checks of the agreement",
        edifact="12",
        ak3="8",
        ak5="1",
        ak9="6",
    ),
    _found(
        "P173",
        "Separators are missing at the end of a segment",
        "{tag} has {count} of the {limit} elements that it may have; separators up to the last one "
        "were agreed",
        "Some systems read by position and need every separator (checks.trailing_separators).",
        "have the partner write all separators, or set trailing_separators: allow",
        edifact="18",
        ak3="8",
        ak4="1",
        ak5="5",
    ),
    _found(
        "P174",
        "Held with its errors, as agreed",
        "{message} has errors and is held: the agreement says errors.action: hold",
        "What is held is not refused: the partner is told that it came, and nothing of it is "
        "delivered until a person decides.",
        "have a corrected message sent, or change what the agreement checks; then: gateway replay "
        "{id} --reason …",
    ),
    _found(
        "P175",
        "Another message of the interchange has errors",
        "message {message} of the interchange has errors, and it was agreed that all of it is "
        "{action} together",
        "The agreement of that message says errors.scope: interchange.",
        "mend that message and send the interchange again",
        edifact="18",
        ak5="5",
    ),
    _found(
        "P176",
        "The document came before",
        "{document} {number} came before, as message {before} on {when}",
        "The number of a document (BGM 1004, BEG03) names one document of the partner. A second "
        "one under it would be processed twice (duplicates.number).",
        "ask the partner whether it was sent twice; if it is meant: gateway replay {id} --reason …",
        edifact="26",
        ak5="23",
    ),
    _found(
        "P177",
        "The message reference came before",
        "message reference {reference} came before, as message {before} on {when}",
        "The agreement says that references of messages are used once (duplicates.message).",
        "ask the partner whether it was sent twice; if it is meant: gateway replay {id} --reason …",
        edifact="26",
        ak5="23",
    ),
    _found(
        "P178",
        "A value changes within the interchange",
        "{start} is {found} here, and {expected} in message {first} of the same interchange",
        "It was agreed that all messages of an interchange say the same there (checks.constant).",
        "have the partner send messages that differ there in interchanges of their own",
        edifact="12",
        ak3="8",
        ak5="5",
    ),
    _found(
        "P179",
        "A value with signs that say nothing",
        "{tag} {what} {value!r} has {found}",
        "Zeros before a number and behind its decimals, and blanks around a value, are left out of "
        "EDIFACT and X12; the agreement asks for that (leading_zeros, "
        "trailing_zeros, blanks in checks).",
        "have the partner leave them out, or set the check to ignore",
        edifact="12",
        ak3="8",
        ak4="6",
        ak5="5",
    ),
)

_UNANSWERED = (
    "Partners charge for, or cancel, orders that nobody answers. The agreement says how long an "
    "answer may take (acknowledge.answered_within)."
)


def _alarm(code: str, title: str, sentence: str, remedy: str) -> Code:
    return row(Layer.ALARM, code, title, sentence, why=_UNANSWERED, remedy=remedy)


_ALARMS = (
    _alarm(
        "A160",
        "An order was not answered",
        "{document} {number} of {partner} has no order response; one was due by {deadline}",
        "have the ERP export the order response; gateway thread show {number} shows what there is",
    ),
    _alarm(
        "A161",
        "Many orders were not answered",
        "{count} {cause}s of {partner} have no order response in time; the first is message "
        "{first}",
        "look whether the ERP exports order responses at all: gateway messages "
        "partner:{partner} document:orderresponse",
    ),
)

CODES: tuple[Code, ...] = (*_SETTINGS, *_FOUND, *_ALARMS)
