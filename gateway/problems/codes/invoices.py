"""Problems of the documents layer (codes V55x-V57x, V6xx): the rules of invoices (EN 16931)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _rule(
    code: str, title: str, sentence: str, why: str, remedy: str, *, warning: bool = False
) -> Code:
    return Code(
        code=code,
        layer=Layer.DOCUMENT,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        severity=Severity.WARNING if warning else Severity.ERROR,
    )


_EVERY_INVOICE = (
    _rule(
        "V550",
        "Taxable amount differs",
        "{field} is {value}, but {formula} is {computed} (tolerance {tolerance})",
        "The taxable amount of a rate is the sum of the lines and charges of this rate, less its "
        "allowances (EN 16931 BT-116).",
        "correct the amount, the rate of a line, or the tax of an allowance",
    ),
    _rule(
        "V551",
        "Wrong IBAN",
        "{field} is {value}, which is no IBAN: {reason}",
        "A digit was mistyped or lost; money would go to another account, or nowhere.",
        "correct the account in the master data of whoever wrote the invoice",
        warning=True,
    ),
    _rule(
        "V552",
        "Period ends before it starts",
        "{field} ends on {end}, before it starts on {start}",
        "No time lies between the two days.",
        "correct the days of the period",
        warning=True,
    ),
    _rule(
        "V553",
        "Due before it was issued",
        "{field} is {value}, before the invoice was issued ({issued})",
        "A day in the past is mostly a slip of month or year, and reminders would go out at once.",
        "check the due date",
        warning=True,
    ),
    _rule(
        "V554",
        "Credit note without an invoice",
        "{field} is absent: a {kind} says which invoice it corrects",
        "Nobody can book it against what was paid.",
        "name the invoice (EN 16931 BT-25)",
        warning=True,
    ),
    _rule(
        "V555",
        "File is not readable",
        "{field} is no base64 text, so the attached file {name} cannot be unpacked",
        "What cannot be unpacked here cannot be unpacked by the buyer.",
        "write the file as base64 (EN 16931 BT-125)",
    ),
    _rule(
        "V556",
        "Special scheme without a country",
        "{field} is absent, but the tax is declared by the scheme {scheme}",
        "By a one-stop shop the tax of another member state is declared; it must be known whose.",
        "give the member state whose rate it is",
    ),
)
"""Told of every invoice."""

_EN16931 = (
    _rule(
        "V560",
        "Required by EN 16931",
        "{field} ({term}) is absent; EN 16931 requires it ({rule})",
        "An electronic invoice without it is refused by the receiver's platform.",
        "supply {field}",
    ),
    _rule(
        "V561",
        "Tax point given twice",
        "{field} is {value}, but tax_point is {other}; only one of the two may be given",
        "The day and the rule for the day could contradict each other (BR-CO-03).",
        "leave out tax_point (BT-7) or tax_point_code (BT-8)",
    ),
    _rule(
        "V562",
        "Payment without an account",
        "{field} is absent, but payment.means is {means}",
        "A transfer needs an account to go to (BR-50, BR-61).",
        "give the account (BT-84)",
    ),
    _rule(
        "V563",
        "Reason for no tax",
        "{field} {wrong}: category {category} {demand}",
        "The tax office wants to see why no tax is charged, and no reason where tax is charged.",
        "give or leave out exemption (BT-120) and exemption_code (BT-121)",
    ),
    _rule(
        "V564",
        "Rate does not fit the category",
        "{field} is {value}: category {category} {demand}",
        "The category says whether there is a rate; the two contradict each other.",
        "correct the rate or the category of the tax",
    ),
    _rule(
        "V565",
        "Tax number of a party",
        "{field} {wrong}: tax of category {category} {demand}",
        "Without the number the tax category is not valid, and the tax office asks the buyer.",
        "correct the tax numbers of the party, or the category",
    ),
    _rule(
        "V566",
        "Delivery within the union",
        "{field} is absent: a tax-free delivery to another member state (category K) {demand}",
        "That goods have left the country is what makes the delivery free of tax (BR-IC-11, 12).",
        "supply {field}",
    ),
    _rule(
        "V567",
        "Tax breakdown incomplete",
        "taxes {wrong}: category {category}, rate {rate}",
        "Each category and rate of the lines, allowances and charges has exactly one row in the "
        "breakdown, and no others stand beside category O.",
        "let the breakdown (BG-23) have one row for each category and rate",
    ),
    _rule(
        "V568",
        "Tax number without its country",
        "{field} is {value}, which does not start with a country code",
        "VAT identifiers start with two letters of ISO 3166-1 (Greece: EL), so that they can be "
        "looked up (BR-CO-09).",
        "put the country in front of the number",
    ),
    _rule(
        "V570",
        "Too many decimals",
        "{field} is {value}; amounts have at most 2 decimals",
        "Sums and tax are computed to the cent; platforms refuse more (BR-DEC).",
        "round the amount where it is made",
    ),
    _rule(
        "V571",
        "Tax in the accounting currency",
        "{field} is absent, but {other} is {value}",
        "The two belong together (BR-53).",
        "give tax_currency (BT-6) and totals.accounting_tax (BT-111), or neither",
    ),
    _rule(
        "V572",
        "Negative price",
        "{field} is {value}; a price is not negative",
        "What is given back has a negative quantity, not a negative price (BR-27, BR-28).",
        "turn the sign of price and quantity",
    ),
    _rule(
        "V573",
        "Price is not gross price less discount",
        "{field} is {value}, but {formula} is {computed} (tolerance {tolerance})",
        "The receiver recomputes the net price from them.",
        "correct the prices, or leave out the gross price",
    ),
    _rule(
        "V574",
        "When to pay",
        "neither payment.due nor payment.text is given, but {value} is to be paid",
        "The buyer does not know when the payment is late (BR-CO-25).",
        "give the due date (BT-9) or the terms of payment (BT-20)",
    ),
    _rule(
        "V575",
        "Rule code unknown",
        "{field} is {value}, which is no category of tax",
        "EN 16931 knows S, Z, E, AE, K, G, O, L and M (UNCL 5305).",
        "use one of the codes",
    ),
)
"""Told where the profile ``en16931`` is asked for."""

_VALIDATION = (
    _rule(
        "V600",
        "Rule of the validator",
        "{rule}: {text}",
        "The rules of the standard or country that the artefacts hold demand it.",
        "correct {field}; the rule tests {test}",
    ),
    _rule(
        "V601",
        "Advice of the validator",
        "{rule}: {text}",
        "The rules advise it; a receiver may refuse it all the same.",
        "correct {field}; the rule tests {test}",
        warning=True,
    ),
    _rule(
        "V602",
        "Does not fit the schema",
        "{text}",
        "The receiver's program reads by the schema and cannot read this.",
        "correct the file; the schema is {file}",
    ),
    _rule(
        "V610",
        "Validator not installed",
        "the rules of e-invoices cannot be run: {reason}",
        "Schematron rules are run by Saxon, which is an optional part of the gateway.",
        "install it with: pip install 'edi-gateway[einvoice]'",
    ),
    _rule(
        "V611",
        "Rules not found",
        "no rules for {kind} in {folder}",
        "The rules of EN 16931 have a licence of their own and are not part of the gateway.",
        "put the compiled rules (*.xslt) of the standard or country into the folder; "
        "for {kind} one whose name holds {wanted}",
    ),
    _rule(
        "V612",
        "Validation took too long",
        "the rules were not done with {file} after {seconds} s",
        "An invoice that keeps the validator busy would hold up all others, so it is stopped.",
        "look at the size of the file; validate it by hand with more time (--timeout)",
    ),
    _rule(
        "V613",
        "Validator died",
        "the validator ended while it worked on {file}: {reason}",
        "A file that needs more memory than it may have, or a fault in the validator; it was "
        "started anew for the next file.",
        "look at the size of the file; validate it by hand with more memory (--memory)",
    ),
    _rule(
        "V614",
        "Rules not usable",
        "{file} is not usable: {reason}",
        "Without its rules the invoice is not checked.",
        "get the file of rules again from its publisher",
    ),
    _rule(
        "V615",
        "Not an e-invoice",
        "{file} is no e-invoice: {reason}",
        "Invoices of UBL 2.1 (Invoice, CreditNote) and UN/CEFACT CII are known.",
        "check the file, or convert it first with: gateway invoice convert",
    ),
    _rule(
        "V616",
        "Element without a place",
        "{value} has no place in {message}",
        "XML of ISO 20625 names segments and data elements; one that the directory does not have "
        "there cannot be read, and leaving it out would lose it.",
        "check the file against the directory: gateway grammar show",
    ),
    _rule(
        "V617",
        "More than one invoice",
        "{file} holds {value} invoices",
        "One file of the other format holds one.",
        "split the file, or convert it to json",
    ),
)
"""From the rules that others publish (Schematron)."""

CODES: tuple[Code, ...] = (*_EVERY_INVOICE, *_EN16931, *_VALIDATION)
