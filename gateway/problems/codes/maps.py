"""Problems of map files (codes M…).

M1xx language, M2xx wire side, M3xx overlays, M4xx types, M5xx completeness.
"""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity

_WARNING = Severity.WARNING


def _code(
    code: str, title: str, sentence: str, why: str, remedy: str, severity: Severity = Severity.ERROR
) -> Code:
    return Code(
        code=code,
        layer=Layer.MAP,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=severity,
    )


_LANGUAGE = (
    _code(
        "M101",
        "Line unreadable",
        "I cannot read this line: expected {wanted}, found {value}",
        "A line that is not understood is skipped; guessing would map something else.",
        "A row is: field <-> PATH modifiers, with blanks around the operator.",
    ),
    _code(
        "M102",
        "Header or indentation",
        "The layout of the file is wrong here: {value}",
        "The first statement says what the map is; bodies are told by their indentation.",
        "Start with `map canonical/NAME <-> FORMAT` or `overlay FILE`; indent bodies by 4 blanks "
        "more than the line they belong to.",
    ),
    _code(
        "M103",
        "Unknown modifier or converter",
        "There is no modifier or converter {value}",
        "A misspelled converter would leave the value unconverted.",
        "{hint}",
    ),
    _code(
        "M104",
        "Field named twice",
        "{field} is named twice",
        "Two rows would write over each other.",
        "Keep one, give every one of them a `when`, or make it one <- and one -> row.",
    ),
    _code(
        "M105",
        "Code list unusable",
        "The code list {file} cannot be used: {value}",
        "Without its list a coded field cannot be translated.",
        "A list is mappings/codes/NAME.csv with the columns canonical,edifact,x12,label.",
    ),
    _code(
        "M106",
        "Format unknown",
        "There is no grammar or layout {value}",
        "Paths are checked against the grammar of the format.",
        "{hint}",
    ),
    _code(
        "M107",
        "Part unknown",
        "There is no part {part}; {hint}",
        "A block takes the rows of the part it names.",
        "Define it with `part {part}` at the top level of the base map; a part cannot contain "
        "itself.",
    ),
    _code(
        "M108",
        "Table unusable",
        "The table {name} cannot be used: {value}",
        "Numbers of the partner could not be looked up.",
        "A table is tables/NAME.csv (or NAME.yaml for a database) in the folder of the partner or "
        "of the workspace; its first line names the columns.",
    ),
    _code(
        "M109",
        "Function unusable",
        "The converter {name} cannot be used: {value}",
        "A converter that does not do what its examples say would alter every value.",
        'Register it with @converter("who.what", reads="decimal", examples=[("1250", …)]) and '
        "correct it until reading and writing every example gives the other side.",
    ),
)

_WIRE = (
    _code(
        "M201",
        "Not a path",
        "{path} is not a path here: expected {wanted}",
        "A path leads to exactly one kind of value on the wire.",
        "EDIFACT: TAG+Q.1234, TAG.C212[7143=EN].7140; X12: TAG*Q.02, PO1[235=EN].234; records: "
        "field or record.field.",
    ),
    _code(
        "M202",
        "Does not occur here",
        "{tag} does not occur in {group}",
        "A path starts in the group of its block and may go deeper with /.",
        "{hint}Here are: {members}",
    ),
    _code(
        "M203",
        "Two groups with one tag",
        "{tag} opens {groups} here",
        "The map must say which of the groups is meant.",
        "Name the group: {hint}",
    ),
    _code(
        "M204",
        "No such data element",
        "{tag} has no data element {element}",
        "A value that cannot stand there can never be read or written.",
        "{tag} has {has}",
    ),
    _code(
        "M205",
        "Several occurrences",
        "{path}: {element} occurs {count} times in {tag}",
        "Which of them is meant changes the document.",
        "Say #1, #2 …, a filter such as .C212[7143=EN], or #* inside join(…).",
    ),
    _code(
        "M206",
        "Code not taken",
        "{value} is no code that {tag} takes here{hint}",
        "A message with a code that directory or guide do not know is refused by its check.",
        "Correct the code, or have the partner's guide allow it.",
        _WARNING,
    ),
    _code(
        "M207",
        "Composite or filter does not fit",
        "{path}: {value}",
        "Filters compare components of the composite they follow.",
        "Compare the path with the structure of the segment.",
    ),
    _code(
        "M208",
        "One on a group that may repeat",
        "{group} may repeat, {field} is one object",
        "The second occurrence would be lost.",
        "Say `each`, or which one with a qualifier such as NAD+BY.",
    ),
    _code(
        "M209",
        "Not in this directory",
        "{field} is left out: in {directory}, {reason}",
        "The map is written for {home}; what another directory does not have cannot be mapped.",
        "Nothing, if messages of {directory} do without it; else add a row with `from {directory}` "
        "that names its place there, and say `until` in this one.",
        _WARNING,
    ),
)

_OVERLAYS = (
    _code(
        "M301",
        "Overlay misses",
        "Nothing to {verb}: the base map has no row {field}",
        "A change that fits nothing is a spelling mistake or the base has changed.",
        "{hint}",
    ),
    _code(
        "M302",
        "Row exists already",
        "{field} exists already in the base map",
        "Adding it again would say the same field twice.",
        "Say replace.",
    ),
    _code(
        "M303",
        "Replacement says the same",
        "{field} says the same as in the base map",
        "A change without effect hides what the partner really differs in.",
        "Remove the line.",
    ),
    _code(
        "M306",
        "Base of the overlay",
        "{file} cannot be the base of an overlay: {value}",
        "An overlay changes one base map; overlays do not chain.",
        "The first line of an overlay names the map that it changes, like `overlay "
        "edifact/orders.map`; that one starts with `map canonical/…`.",
    ),
)

_TYPES = (
    _code(
        "M401",
        "Not invertible",
        "This row cannot go both ways: {value}",
        "<-> reads and writes with the same row.",
        "Use <- to read and -> to write.",
    ),
    _code(
        "M402",
        "Converter of another type",
        "{field} is {type}, the row gives {value}",
        "A document takes values of its own type only.",
        "Give the row a converter or code list that makes {type}, or name another field.",
    ),
    _code(
        "M403",
        "Condition on a later field",
        "{row} depends on {field}, which no unconditional row above it fills",
        "When reading, a condition can only test what is known already.",
        "Move the row of {field} above this one, in the same block and without `when`.",
    ),
    _code(
        "M404",
        "Converter cannot read this element",
        "{converter} cannot read an element of type {kind} ({hint})",
        "The element can never hold such a value.",
        "Use a code list or another converter.",
    ),
    _code(
        "M405",
        "Value longer than the element",
        "{value} has {length} characters, {path} takes {max}",
        "It could never be written.",
        "Choose another element or a shorter value.",
    ),
    _code(
        "M406",
        "Default not valid",
        "{value} is not {wanted}",
        "default and implied are values of the document, not codes of the wire.",
        "Give a value of the field's type, or a canonical word of its code list.",
    ),
)

_COMPLETENESS = (
    _code(
        "M501",
        "Required field without row",
        "{field} is required in {document}, no row fills it",
        "Every document read with this map would be refused.",
        "Add a row for {field}.",
    ),
    _code(
        "M502",
        "Mandatory place without row",
        "{wire} is mandatory, no row or qualifier of the map writes it",
        "Messages written with this map would be refused by their grammar.",
        'Add a row that writes it, if only a literal: "…" -> {hint}',
        _WARNING,
    ),
    _code(
        "M503",
        "Two rows write one place",
        "{path} is written by {field} and by {other}",
        "The later value would replace the earlier one.",
        "Keep one, or give both a `when`.",
    ),
    _code(
        "M504",
        "Unused",
        "{name} is not used",
        "Unused rows hide mistakes in the names that should use them.",
        "Remove or use it.",
        _WARNING,
    ),
    _code(
        "M505",
        "Canonical field unknown",
        "{document} has no field {field}",
        "The value would have nowhere to go.",
        "{hint}",
    ),
    _code(
        "M506",
        "Code list without inverse",
        "The code list {list} has no code for {values} of {field}",
        "Documents with that value could not be written.",
        "Add rows for them, or leave them if such documents never go this way.",
        _WARNING,
    ),
)

CODES: tuple[Code, ...] = (*_LANGUAGE, *_WIRE, *_OVERLAYS, *_TYPES, *_COMPLETENESS)
