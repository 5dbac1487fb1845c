"""Problems of the envelope layer: S20x interchange, S21x group, S22x message.

What a header or trailer holds inside its elements (missing, too long, no date) is reported with
the codes of the element layer (G2xx) at the tag of the service segment.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _row(
    code: str,
    title: str,
    sentence: str,
    *,
    why: str,
    remedy: str,
    warning: bool = False,
    **answers: str,
) -> Code:
    return Code(
        code=code,
        layer=Layer.ENVELOPE,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=Severity.WARNING if warning else Severity.ERROR,
        **answers,
    )


_CUT_OFF = "What follows may be missing: a transfer that broke off looks exactly like this."
_LOST = "A wrong count is how a lost or doubled {0} shows."
_MIXED_UP = "Header and trailer with different references belong to different {0}s, or one is lost."

_INTERCHANGE = (
    _row(
        "S201",
        "Interchange without trailer",
        "interchange {reference} has no {trailer}",
        why=_CUT_OFF,
        remedy="send the interchange again, complete with {trailer}",
        edifact="13",
        ta1="023",
    ),
    _row(
        "S202",
        "Reference of interchange header and trailer differ",
        "{trailer} says reference {value}, {header} said {reference}",
        why=_MIXED_UP.format("interchange"),
        remedy="the sender must repeat the reference {reference} in {trailer}",
        edifact="28",
        ta1="001",
    ),
    _row(
        "S203",
        "Count of interchange is wrong",
        "{trailer} says {value} {unit}(s), {counted} counted",
        why=_LOST.format("message or group"),
        remedy="check that nothing was lost, and send the interchange again with {counted} in "
        "{trailer}",
        edifact="29",
        ta1="021",
    ),
    _row(
        "S204",
        "Empty interchange",
        "interchange {reference} holds no message",
        why="An interchange is sent to carry messages; an empty one hints at a failed export.",
        remedy="the sender should not send interchanges without a message",
        edifact="32",
        ta1="024",
    ),
    _row(
        "S205",
        "Messages inside and outside of groups",
        "message {message} stands outside of the groups of interchange {reference}",
        why="Either all messages of an interchange are in groups, or none; X12 always has groups.",
        remedy="the sender must put message {message} into a group{other}",
        edifact="30",
        ta1="024",
    ),
    _row(
        "S206",
        "Message that cannot be named",
        "the message has no reference in {tag}, so no answer can name it",
        why="The reference of a message is what acknowledgements refer to. Without it only the "
        "interchange as a whole can be refused.",
        remedy="the sender must fill the first element of UNH with a reference of its own",
        edifact="13",
    ),
    _row(
        "S207",
        "Not a date or time",
        "{tag} says {value}, which is no {what}",
        why="Date and time of preparation tell which of two interchanges is the later one.",
        remedy="the sender must write {expected}",
        edifact="12",
        ta1="014",
    ),
)

_GROUP = (
    _row(
        "S211",
        "Group without trailer",
        "group {reference} has no {trailer}",
        why=_CUT_OFF,
        remedy="send the group again, complete with {trailer}",
        edifact="13",
        ak9="3",
    ),
    _row(
        "S212",
        "Reference of group header and trailer differ",
        "{trailer} says reference {value}, {header} said {reference}",
        why=_MIXED_UP.format("group"),
        remedy="the sender must repeat the reference {reference} in {trailer}",
        edifact="28",
        ak9="4",
    ),
    _row(
        "S213",
        "Count of group is wrong",
        "{trailer} says {value} message(s), {counted} counted in group {reference}",
        why=_LOST.format("message"),
        remedy="check that nothing was lost, and send the group again with {counted} in {trailer}",
        edifact="29",
        ak9="5",
    ),
    _row(
        "S214",
        "Empty group",
        "group {reference} holds no message",
        why="A group is sent to carry messages; an empty one hints at a failed export.",
        remedy="the sender should not send groups without a message",
        edifact="32",
        ak9="5",
    ),
    _row(
        "S215",
        "Reference of a group used twice",
        "reference {reference} names more than one group of the interchange",
        why="An acknowledgement names a group by its reference; used twice it names none.",
        remedy="the sender must give each group of an interchange a reference of its own",
        edifact="26",
        ak9="6",
    ),
    _row(
        "S216",
        "Group trailer without header",
        "{trailer} {value} ends a group that {header} never began",
        why="The header that belongs to it may be lost, with everything up to here.",
        remedy="the sender must begin the group with {header}, or leave {trailer} out",
        edifact="33",
        ta1="024",
    ),
)

_MESSAGE = (
    _row(
        "S221",
        "Message without trailer",
        "message {reference} has no {trailer}",
        why=_CUT_OFF,
        remedy="send the message again, complete with {trailer}",
        edifact="13",
        ak5="2",
    ),
    _row(
        "S222",
        "Reference of message header and trailer differ",
        "{trailer} says reference {value}, {header} said {reference}",
        why=_MIXED_UP.format("message"),
        remedy="the sender must repeat the reference {reference} in {trailer}",
        edifact="28",
        ak5="3",
    ),
    _row(
        "S223",
        "Count of segments is wrong",
        "{trailer} says {value} segment(s), {counted} counted in message {reference}",
        why=_LOST.format("segment"),
        remedy="check that no segment was lost, and send the message again with {counted} in "
        "{trailer}",
        edifact="29",
        ak5="4",
    ),
    _row(
        "S224",
        "Reference of a message used twice",
        "reference {reference} names more than one message of the {scope}",
        why="An acknowledgement names a message by its reference; used twice it names none.",
        remedy="the sender must give each message of an interchange a reference of its own",
        edifact="26",
        ak5="23",
    ),
    _row(
        "S225",
        "Type of the message missing",
        "{tag} does not say which message of which directory this is: {what} is incomplete",
        why="Without type and directory there is no grammar and no map for the message.",
        remedy="the sender must fill {what}",
        edifact="13",
        ak5="6",
    ),
    _row(
        "S226",
        "Message of another type than its group",
        "message {reference} is {value}, its group {group} holds {expected}",
        why="A group holds messages of one type; the receiver sorts by the type of the group.",
        remedy="the sender must put the message into a group of its own type",
        edifact="31",
        ak5="6",
    ),
    _row(
        "S227",
        "Reference of the message missing",
        "{tag} has no reference of the message",
        why="Acknowledgements name the message by its reference.",
        remedy="the sender must fill {what}",
        edifact="13",
        ak5="7",
    ),
)

_PACKAGE = (
    _row(
        "S231",
        "Object without trailer",
        "package {reference} has no {trailer} behind its object",
        why="The length in UNO leads past the end of the object, or the file was cut off.",
        remedy="send the interchange again with the length of the object in UNO, and {trailer}",
        edifact="13",
    ),
    _row(
        "S232",
        "Reference of package header and trailer differ",
        "{trailer} says reference {value}, {header} said {reference}",
        why=_MIXED_UP.format("package"),
        remedy="the sender must repeat the reference {reference} in {trailer}",
        edifact="28",
    ),
    _row(
        "S233",
        "Length of an object is wrong",
        "{trailer} says {value} byte(s), {counted} counted in package {reference}",
        why=_LOST.format("byte"),
        remedy="send the interchange again with {counted} in {trailer}",
        edifact="29",
    ),
    _row(
        "S234",
        "Object that is not translated",
        "package {reference} holds an object of {counted} byte(s), which no map reads",
        why="Objects in interchanges are attachments: drawings, pictures, signed documents.",
        remedy="take it from the archived file if it is needed",
        warning=True,
    ),
)

CODES: tuple[Code, ...] = (*_INTERCHANGE, *_GROUP, *_MESSAGE, *_PACKAGE)
