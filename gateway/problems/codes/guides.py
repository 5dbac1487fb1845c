"""Problems of guides: findings against a guide (G3…) and mistakes in a guide file (G4…).

A finding against a guide is one of the implementation: the directory allows it, the partner does
not. 0085 and 720/723 are the nearest codes of the standard; a 999 says it exactly (620 ``I4``,
621 ``I6``, 618 ``I5``).
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity

_WHY = "The partner's guide narrows the directory; what it does not foresee is not processed."


def _segment(code: str, title: str, sentence: str, remedy: str, *acks: str) -> Code:
    edifact, ak3, ik3 = acks
    return Code(
        code=code,
        layer=Layer.GUIDE,
        title=title,
        sentence=sentence,
        why=_WHY,
        remedy=remedy,
        edifact=edifact,
        ak3=ak3,
        ak5="5",
        ik3=ik3,
        ik5="I5",
    )


def _element(code: str, title: str, sentence: str, remedy: str, *acks: str) -> Code:
    edifact, ak4, ik4 = acks
    return Code(
        code=code,
        layer=Layer.GUIDE,
        title=title,
        sentence=sentence,
        why=_WHY,
        remedy=remedy,
        edifact=edifact,
        ak3="8",
        ak4=ak4,
        ak5="5",
        ik3="8",
        ik4=ik4,
        ik5="I5",
    )


def _file(code: str, title: str, sentence: str, why: str, remedy: str) -> Code:
    return Code(
        code=code, layer=Layer.GUIDE, title=title, sentence=sentence, why=why, remedy=remedy
    )


_FINDINGS: tuple[Code, ...] = (
    _segment(
        "G301",
        "Segment required by the guide missing",
        "{what} is missing; guide {guide} requires it",
        "Send {what} after {after}.",
        *("13", "3", "I8"),
    ),
    _segment(
        "G302",
        "Group required by the guide missing",
        "group {what} is missing; guide {guide} requires it",
        "Send group {what} after {after}.",
        *("13", "3", "I7"),
    ),
    _segment(
        "G303",
        "Segment not used",
        "guide {guide} does not use {what}",
        "Leave {what} out.",
        *("15", "2", "I4"),
    ),
    _segment(
        "G304",
        "Group not used",
        "guide {guide} does not use group {what}",
        "Leave group {what} out.",
        *("15", "2", "I4"),
    ),
    _segment(
        "G305",
        "Segment more often than the guide allows",
        "{what} is number {count} of its kind here; guide {guide} allows {limit}",
        "Send at most {limit}.",
        *("35", "5", "5"),
    ),
    _segment(
        "G306",
        "Group more often than the guide allows",
        "group {what} is number {count} of its kind here; guide {guide} allows {limit}",
        "Send at most {limit}, or split the message.",
        *("36", "4", "4"),
    ),
    _segment(
        "G307",
        "Segment less often than the guide asks for",
        "found {count} of {what}; guide {guide} asks for at least {limit}",
        "Send at least {limit}.",
        *("13", "3", "I8"),
    ),
    _segment(
        "G308",
        "Group less often than the guide asks for",
        "found {count} of group {what}; guide {guide} asks for at least {limit}",
        "Send at least {limit}.",
        *("13", "3", "I7"),
    ),
    _element(
        "G309",
        "Qualifier that the guide does not foresee",
        "{tag} {what} {value!r}: guide {guide} foresees {expected} here",
        "Use one of the qualifiers, or leave {tag} out.",
        *("14", "7", "I6"),
    ),
    _element(
        "G311",
        "Element required by the guide missing",
        "{tag} has no {what}, which guide {guide} requires",
        "Fill {what}{expected}.",
        *("13", "1", "1"),
    ),
    _element(
        "G312",
        "Component required by the guide missing",
        "{tag} has no {what}, which guide {guide} makes mandatory when the composite is used",
        "Fill {what}{expected}, or leave the whole composite out.",
        *("13", "1", "1"),
    ),
    _element(
        "G313",
        "Element not used",
        "{tag} has {what} {value!r}, which guide {guide} does not use",
        "Leave {what} out.",
        *("15", "10", "I10"),
    ),
    _element(
        "G314",
        "Code not in the guide",
        "{tag} {what} {value!r} is not one of the codes that guide {guide} uses",
        "Use {expected}.",
        *("14", "7", "I6"),
    ),
    _element(
        "G315",
        "Value longer than the guide allows",
        "{tag} {what} {value!r} is {count} long; guide {guide} allows at most {limit}",
        "Shorten it to {limit}.",
        *("39", "5", "5"),
    ),
    _element(
        "G316",
        "Value shorter than the guide allows",
        "{tag} {what} {value!r} is {count} long; guide {guide} asks for at least {limit}",
        "Send at least {limit}.",
        *("40", "4", "4"),
    ),
    _element(
        "G317",
        "Value of another form than the guide asks for",
        "{tag} {what} {value!r} has not the form that guide {guide} asks for: {expected}",
        "Send a value of the form {expected}.",
        *("12", "6", "I12"),
    ),
    _element(
        "G318",
        "Element less often than the guide asks for",
        "{tag} {what} has {count} repetitions; guide {guide} asks for at least {limit}",
        "Send {what} at least {limit} times.",
        *("13", "1", "I11"),
    ),
    _element(
        "G319",
        "Element more often than the guide allows",
        "{tag} {what} has {count} repetitions; guide {guide} allows {limit}",
        "Send {what} at most {limit} times.",
        *("35", "3", "12"),
    ),
    _segment(
        "G321",
        "Segment that others require missing",
        "{what} is missing; guide {guide} requires it, since {condition}",
        "Send {what} after {after}.",
        *("13", "3", "I6"),
    ),
    _segment(
        "G322",
        "Segment that others forbid",
        "guide {guide} does not use {what}, since {condition}",
        "Leave {what} out.",
        *("15", "2", "I9"),
    ),
    _element(
        "G323",
        "Element that others require missing",
        "{tag} has no {what}, which guide {guide} requires, since {condition}",
        "Fill {what}.",
        *("13", "2", "I9"),
    ),
    _element(
        "G324",
        "Element that others forbid",
        "{tag} has {what} {value!r}, which guide {guide} does not use, since {condition}",
        "Leave {what} out.",
        *("15", "10", "I13"),
    ),
    _element(
        "G325",
        "Code that others exclude",
        "{tag} {what} {value!r} is not one of the codes that guide {guide} uses, since {condition}",
        "Use {expected}.",
        *("14", "7", "I6"),
    ),
    _element(
        "G331",
        "Element of the envelope missing",
        "{tag} has no {what}, which guide {guide} requires",
        "Fill {what}{expected}.",
        *("13", "1", "1"),
    ),
    _element(
        "G332",
        "Element of the envelope not used",
        "{tag} has {what} {value!r}, which guide {guide} does not use",
        "Leave {what} out.",
        *("15", "10", "I10"),
    ),
    _element(
        "G333",
        "Value of the envelope not in the guide",
        "{tag} {what} {value!r} is not what guide {guide} asks for",
        "Send {expected}.",
        *("14", "7", "I6"),
    ),
    _segment(
        "G334",
        "Group envelope missing",
        "{tag} is missing around the message; guide {guide} requires it",
        "Send the message in a group.",
        *("13", "3", "3"),
    ),
    _segment(
        "G335",
        "Group envelope not used",
        "guide {guide} does not use {tag}",
        "Send the message without a group.",
        *("15", "2", "I4"),
    ),
    Code(
        code="G341",
        layer=Layer.GUIDE,
        title="Order tolerated",
        sentence="{what} stands {side} {sibling}; guide {guide} tolerates it: {why}",
        why="The directory has another order. It was read as though it stood where it belongs.",
        remedy="Nothing has to be done; the partner may want to know.",
        severity=Severity.WARNING,
    ),
)

_READS = "Nothing of a guide is used before all of it is understood."
_PROOF = "A segment that two slots can take would be checked and mapped as the wrong one."
_NARROWS = "A guide only narrows: what the directory refuses, no guide can make right."

_FILES: tuple[Code, ...] = (
    _file(
        "G401",
        "Unknown setting in a guide",
        "{setting} is not a setting of {owner}",
        _READS,
        "{owner} knows: {known}{hint}",
    ),
    _file(
        "G402",
        "Value of a guide not understood",
        "{setting}: {value} cannot be used: {rule}",
        _READS,
        "Write what the setting can be; docs/howto/write-a-guide.md has the form.",
    ),
    _file(
        "G403",
        "Setting of a guide missing",
        "{owner} has no {setting}",
        _READS,
        "Add {setting}: {about}.",
    ),
    _file(
        "G404",
        "Base of a guide unknown",
        "there is no {base} in the grammars",
        "A guide narrows a message of a directory, so it is nothing without it.",
        "Name a message that `gateway grammar list` shows, or import its directory{hint}",
    ),
    _file(
        "G405",
        "Extended guide unusable",
        "{guide} cannot extend {other}: {reason}",
        "A guide builds on another one of the same message.",
        "Name a guide of {base}, or leave out extends{hint}",
    ),
    _file(
        "G406",
        "Segment or group unknown",
        "{owner} has no {name}",
        _READS,
        "{owner} has {known}{hint}",
    ),
    _file(
        "G407",
        "Element unknown",
        "{tag} has no element {name}",
        _READS,
        "{tag} has {known}{hint}",
    ),
    _file(
        "G408",
        "Element that stands several times",
        "{name} stands several times in {tag}",
        "It must be clear which of them is meant.",
        "Write one of {names}.",
    ),
    _file(
        "G409",
        "Named twice",
        "{name} and {other} are the same {what}",
        "Of two rules for one thing only one would count.",
        "Write one of them.",
    ),
    _file(
        "G411",
        "Slot without discriminator",
        "slot {slot} of {name} has no discriminator beside {others}",
        _PROOF,
        "Give it the elements and values that only its segments have; rules for all of them "
        "stand beside slots, not in one.",
    ),
    _file(
        "G412",
        "Slots that can be confused",
        "slots {slot} and {other} of {name} both take {values}",
        _PROOF,
        "Give every value to one of them, or discriminate by a further element.",
    ),
    _file(
        "G413",
        "Slots without a common discriminator",
        "slots {slot} and {other} of {name} are told apart by different elements: {ours} and "
        "{theirs}",
        _PROOF,
        "Discriminate both by the same element, at least by one.",
    ),
    _file(
        "G414",
        "Discriminator that repeats",
        "{element} of {name} may repeat or is a composite, so it cannot tell slot {slot} apart",
        "Two values in one segment would belong to two slots.",
        "Discriminate by an element or component that stands once.",
    ),
    _file(
        "G415",
        "Discriminator outside the codes",
        "slot {slot} of {name} is told apart by {element} {values}, which is not allowed there",
        "No message that the base accepts could ever fill the slot.",
        "Use codes of {element}: {known}; or declare {values} under private{hint}",
    ),
    _file(
        "G421",
        "Usage weaker than what it narrows",
        "{name} is {usage}, but {over} has it {base}",
        _NARROWS,
        "It has to stay {base}: leave usage out.",
    ),
    _file(
        "G422",
        "Count wider than what it narrows",
        "{name} may stand {count} times, but {over} allows {base}",
        _NARROWS,
        "Stay within {base}.",
    ),
    _file(
        "G423",
        "Codes outside of what they narrow",
        "{name}: {values} is not in the codes of {over}",
        _NARROWS,
        "Use codes that are, or declare {values} under private{hint}",
    ),
    _file(
        "G424",
        "Length wider than what it narrows",
        "{name} may be {count} long, but {over} allows {base}",
        _NARROWS,
        "Stay within {base}.",
    ),
    _file(
        "G425",
        "Guide that contradicts itself",
        "{name}: {reason}",
        "No message could ever be right.",
        "Change one of the two.",
    ),
    _file(
        "G426",
        "Pattern refused",
        "pattern {pattern!r} cannot be used: {reason}",
        "Patterns are matched against what partners send, so only those are taken that need "
        "little time for any value.",
        "Write characters, classes and counts, like [0-9]{{13}} or AB[0-9]{{4}}|XY[A-Z]{{2}}.",
    ),
    _file(
        "G427",
        "Private code without effect",
        "private code {value} for {number}: {reason}",
        "A private code is an addition to a list of the directory.",
        "Leave it out.",
    ),
    _file(
        "G431",
        "Slot unknown",
        "{name} has no slot {slot}",
        _READS,
        "{name} has {known}{hint}",
    ),
    _file(
        "G432",
        "Path of a condition not usable",
        "{path} cannot be used here: {reason}",
        _READS,
        "Write GROUP/SEGMENT:slot.ELEMENT, like SG2:buyer.3039 or /BGM.1225.",
    ),
    _file(
        "G433",
        "Condition that cannot be met",
        "{condition} asks for {path}, but {reason}",
        "Every message it applies to would be refused.",
        "Change the condition, or what contradicts it.",
    ),
    _file(
        "G441",
        "Finding that cannot be tolerated",
        "{problem} cannot be tolerated: {reason}",
        "A finding is only tolerated where the message can still be read without a guess.",
        "Tolerate findings of elements (G2…), or G102, G105, G107, G108, G109, G3…; "
        "another order is out_of_order.",
    ),
    _file(
        "G442",
        "Order tolerance without effect",
        "{name} {side} {sibling}: {reason}",
        "The tolerance would never be used.",
        "Name two members of the same group, and the side on which the base does not have them.",
    ),
    _file(
        "G445",
        "Order tolerance that could be misread",
        "{name} {side} {sibling}: then {tag} could be {first} or {second}",
        _PROOF,
        "Tolerate another place, or say that the guide does not use {first} ({tag}: N there).",
    ),
    _file(
        "G443",
        "Guide not found",
        "there is no guide {value} for {message}",
        "What was agreed with the partner could not be checked.",
        "Looked in {tried}{hint}",
    ),
    _file(
        "G444",
        "Guide of another message",
        "guide {value} narrows {base}, but the agreement is about {wanted}",
        "Of another directory or message nothing in it would hold.",
        "Name a guide of {wanted}, or correct its base.",
    ),
)

CODES = _FINDINGS + _FILES
