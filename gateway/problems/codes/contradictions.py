"""Files of a partner that contradict each other, or that nothing names (C210-C249)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Layer, Severity, row

_row = partial(row, Layer.CONFIG)
_warning = partial(row, Layer.CONFIG, severity=Severity.WARNING)

_GUIDES = (
    _warning(
        "C210",
        "Codes of the guide have no conversion",
        "the code list {list} of {field} does not know {values}, which the guide {guide} allows in "
        "{what} ({other_file} line {other_line})",
        why="The partner keeps to the guide when he sends such a code, and his message is refused "
        "all the same: the map has no word for it.",
        remedy="add rows for {values} to a code list of the partner (codes: {{{list}: codes/"
        "{list}.csv}}), or take them out of the guide",
    ),
    _warning(
        "C211",
        "The map requires what the guide does not",
        "{field} is required, but {what} is {usage} in the guide {guide} ({other_file} line "
        "{other_line})",
        why="A message that keeps to the guide can be refused by the map.",
        remedy="make it required in the guide (usage: R), or take `required` out of the row",
    ),
    _warning(
        "C212",
        "The map reads what never comes",
        "{field} is read from {what}, which the guide {guide} excludes ({other_file} line "
        "{other_line})",
        why="The row was written for this partner, and no message that keeps to his guide fills "
        "it: one of the two is wrong.",
        remedy="correct the path or its qualifier, take the row out, or allow {what} in the guide",
    ),
    _warning(
        "C213",
        "The map writes what the guide excludes",
        "{what} is written, but the guide {guide} says that it is not used ({other_file} line "
        "{other_line})",
        why="Each message is checked against the guide before it leaves, and is held back if it "
        "does not keep to it.",
        remedy="drop the row for this partner (`drop` in his overlay), or allow {what} in the "
        "guide",
    ),
    _warning(
        "C214",
        "No row writes what the guide requires",
        "the guide {guide} requires {wire} ({other_file} line {other_line}), and no row of the map "
        "writes it",
        why="Each message is checked against the guide before it leaves, and is held back if "
        "something required is missing.",
        remedy='add a row for it to the partner\'s overlay (a fixed text is enough: `add "…" -> '
        "TAG.ELEMENT`), or make it optional in the guide",
    ),
    _row(
        "C215",
        "A fixed text does not fit the guide",
        "{value} is written to {what}, but the guide {guide} wants {wanted} there ({other_file} "
        "line {other_line})",
        why="Every message with this text would be held back by the check against the guide.",
        remedy="write a text that fits, or correct the guide",
    ),
    _warning(
        "C216",
        "The guide takes no code of the code list",
        "{what} is written with the code list {list}, but the guide {guide} takes none of its "
        "codes, only {codes} ({other_file} line {other_line})",
        why="Whatever the document holds, the message would be held back by the check against the "
        "guide.",
        remedy="add rows with these codes to a code list of the partner (codes: {{{list}: codes/"
        "{list}.csv}}), or correct the guide",
    ),
)

_LISTS = (
    _warning(
        "C220",
        "A code list of a partner has a new word",
        "{value} is no word of the general code list {list}",
        why="The first column holds the words of our documents. A word that only one partner's "
        "list has is translated for this partner alone: no map of the ERP and no other partner's "
        "knows it. Most often it is a misspelt one.",
        remedy="it knows: {known}{hint}; a new word belongs into mappings/codes/{list}.csv, too",
    ),
    _warning(
        "C221",
        "A row of a code list says nothing",
        "this row of the code list {list} is never used: {reason}",
        why="Whoever writes a row expects it to do something.",
        remedy="{way}",
    ),
    _warning(
        "C222",
        "Unknown column in a code list",
        "{column} is no column that a code list can have",
        why="What stands in it is never read.",
        remedy="columns are: {known}{hint}",
    ),
    _warning(
        "C223",
        "A code list that no map asks",
        "no map of {partner} uses a code list {list}, so {file} does nothing",
        why="It was written to change how codes are translated, and changes nothing.",
        remedy="the maps of {partner} use: {known}{hint}",
    ),
)

_FILES = (
    _warning(
        "C230",
        "A file that nothing names",
        "nothing names the {kind} {file}, so it does nothing",
        why="Only what partner.yaml names is used. A file beside it looks as though it were, and "
        "its changes have no effect.",
        remedy="{way}; or take the file away",
    ),
    _warning(
        "C231",
        "Samples of a document that is not agreed",
        "{folder} holds samples, but {partner} has no agreement for {document}",
        why="Samples prove that an agreement works; these are never run.",
        remedy="samples lie in samples/DOCUMENT/CASE; agreed are: {known}{hint}",
    ),
    _warning(
        "C232",
        "A certificate or key that nothing names",
        "nothing names {file}, so it is not trusted",
        why="A certificate counts only when a channel names it. This one may be the partner's next "
        "one, and messages signed with it would be refused.",
        remedy="add it under {settings}, or take the file away",
    ),
)

_OPEN = (
    _row(
        "C236",
        "An agreement does not say which channel",
        "{document} {direction} names no channel, and {partner} has several",
        why="With a single channel it is clear which one is meant. With several, a file would go "
        "by whichever was written first.",
        remedy="write channel: and one of {known}",
    ),
)

_DATES = (
    _warning(
        "C233",
        "A certificate expires soon",
        "{name} of {owner} expires on {day}, in {days} days, and no other one takes its place",
        why="From that day on nothing works any more that needs it, and the partner wants time to "
        "bring the new one in.",
        remedy="get the new certificate now, and name it beside the old one",
    ),
    _warning(
        "C234",
        "A certificate for TLS has expired",
        "{name} of {owner} expired on {day}",
        why="The other side refuses a connection with it, or its server is not trusted any more.",
        remedy="get the new certificate, and put it in the place of the old one",
    ),
    _warning(
        "C235",
        "A certificate for TLS is not valid yet",
        "{name} of {owner} is valid from {day} on, not before",
        why="Until then the other side refuses a connection with it.",
        remedy="use the certificate in force until that day; or set the clock of this machine, if "
        "it is wrong",
    ),
)

CODES = (*_GUIDES, *_LISTS, *_FILES, *_DATES, *_OPEN)
