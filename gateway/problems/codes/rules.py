"""Problems of the documents layer (codes V58x-V59x): what every partner expects of a document."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity

_SUMS = "Sums are recomputed and compared, so that a slip is found before it is booked."
_WARNING = Severity.WARNING


def _code(
    code: str, title: str, sentence: str, why: str, remedy: str, severity: Severity = Severity.ERROR
) -> Code:
    return Code(
        code=code,
        layer=Layer.DOCUMENT,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=severity,
    )


CODES: tuple[Code, ...] = (
    _code(
        "V580",
        "Ends before it starts",
        "{field} is {value}, which is before {other} ({day})",
        "No day lies in such a period; nobody can deliver, pay or count by it.",
        "correct one of the two days",
    ),
    _code(
        "V581",
        "Day out of order",
        "{field} is {value}, which is before {other} ({day})",
        "Such a day cannot be met, or was mistyped.",
        "correct the day, or leave it out",
        _WARNING,
    ),
    _code(
        "V582",
        "Line number twice",
        "{field} is {value}, which {first} is already",
        "Later documents name lines by their numbers and could mean either.",
        "give every line its own number",
    ),
    _code(
        "V583",
        "Quantity of nothing",
        "{field} is {value}; it has to be greater than nothing",
        "Nothing can be delivered, received or paid of such a line.",
        "correct the quantity, or leave the line out",
    ),
    _code(
        "V584",
        "Unit unknown",
        "{field} is {value}, which is neither a unit of the code list nor of UN/ECE "
        "Recommendation 20",
        "A quantity in a unit that nobody knows can be taken for another quantity.",
        "use a word of mappings/codes/unit.csv, or add the partner's code to a list of its own",
        _WARNING,
    ),
    _code(
        "V585",
        "Change does not add up",
        "{field} is {value}, but {formula} is {computed} (tolerance {tolerance})",
        "It is not clear which quantity the buyer wants from now on.",
        "ask the buyer; the quantity of the line is what is taken",
        _WARNING,
    ),
    _code(
        "V586",
        "More packed than ordered",
        "with {field} {value} of the line of the order are packed; ordered are {quantity}",
        "Receivers refuse or send back what is too much.",
        "correct the packed or the ordered quantity, unless the partner takes more",
        _WARNING,
    ),
    _code(
        "V587",
        "Number of packages differs",
        "{field} is {value}, but the advice tells of {counted}",
        "The receiver counts packages at the door and would miss some, or have too many.",
        "correct the total, or tell of every package",
        _WARNING,
    ),
    _code(
        "V588",
        "More received than sent",
        "accepted, damaged and refused of {field} are {value}; despatched were {despatched} and "
        "{over} came beside it",
        "What is damaged or refused is not among what is accepted.",
        "ask the receiver which of the quantities are meant",
        _WARNING,
    ),
    _code(
        "V589",
        "Payment does not add up",
        "{field} is {value}, but {formula} is {computed} (tolerance {tolerance})",
        _SUMS,
        "ask the payer which document or amount is missing",
    ),
    _code(
        "V590",
        "Document not settled as told",
        "{field} is {value}, but {formula} is {computed} (tolerance {tolerance})",
        "Something was taken off that is not told, or only a part was paid.",
        "ask the payer for the reason of the difference",
        _WARNING,
    ),
    _code(
        "V591",
        "Two prices on one day",
        "{field} is valid on {day}, as {other} is; both are of one kind",
        "An order of that day could be priced by either.",
        "end the validity of one before the other begins",
        _WARNING,
    ),
    _code(
        "V592",
        "Stock below nothing",
        "{field} is {value} ({kind})",
        "Less than nothing cannot lie anywhere; mostly a posting is missing.",
        "ask the sender of the report for a count",
        _WARNING,
    ),
    _code(
        "V593",
        "No article",
        "{field} names no article: no GTIN, no item number of buyer, supplier or manufacturer, "
        "no description",
        "The receiver cannot find out what is meant.",
        "send one of the identifiers",
        _WARNING,
    ),
    _code(
        "V594",
        "Article twice",
        "{field} is {value}, which {first} is already",
        "What is told last may or may not replace what was told first.",
        "tell an article once, or with different variants",
        _WARNING,
    ),
    _code(
        "V598",
        "Status and quantity differ",
        "{field} is {value}, the confirmed quantity is {quantity}, ordered was {ordered}",
        "The buyer plans with one of the two and is let down by the other.",
        "correct the status or the quantity",
        _WARNING,
    ),
)
