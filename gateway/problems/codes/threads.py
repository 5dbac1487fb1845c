"""Problems of the business threads, a part of the alarm layer (codes A2…)."""

from __future__ import annotations

from gateway.problems.codes.row import Code, Layer, Severity


def _thread(code: str, title: str, sentence: str, why: str, remedy: str, **more: Severity) -> Code:
    return Code(
        code=code,
        layer=Layer.ALARM,
        title=title,
        sentence=sentence,
        why=why,
        remedy=remedy,
        **more,
    )


CODES: tuple[Code, ...] = (
    _thread(
        "A201",
        "Invoice without despatch advice",
        "Invoice {invoice} bills order {number}, for which there is no despatch advice",
        "Goods that nobody announced may not have been sent.",
        "Find out whether the goods left. If they did, the despatch advice has to be sent; "
        "it settles this by itself.",
        severity=Severity.WARNING,
    ),
    _thread(
        "A202",
        "Order not known",
        "{documents}: order {number}, which it refers to, is not known here",
        "Nothing can be compared with what was ordered.",
        "Look for a misspelt order number, or for the order among what was refused "
        "(`gateway messages {number}`).",
        severity=Severity.WARNING,
    ),
    _thread(
        "A203",
        "Duplicate invoice",
        "Invoice {invoice} bills the same lines and quantities of order {number} as invoice "
        "{first} (message {message}), and more than there is to bill",
        "The same goods would be paid twice.",
        "Have one of the two credited; a credit note settles this by itself. Two deliveries are "
        "told apart by the despatch advices that the invoices name.",
    ),
    _thread(
        "A204",
        "More invoiced than shipped",
        "Order {number}, line {line}: {quantity} invoiced ({document}), but only {limit} shipped",
        "Goods that were not sent would be paid.",
        "Find out what was sent: a despatch advice is missing, or the invoice has to be credited.",
    ),
    _thread(
        "A205",
        "More invoiced than ordered",
        "Order {number}, line {line}: {quantity} invoiced ({document}), but {limit} {word}",
        "More would be paid than was agreed.",
        "Have the difference credited, or the order changed.",
    ),
    _thread(
        "A206",
        "More shipped than ordered",
        "Order {number}, line {line}: {quantity} shipped ({document}), but {limit} {word}",
        "The receiver may refuse what he did not order.",
        "Agree with the partner what happens with the surplus: returned, or the order changed.",
        severity=Severity.WARNING,
    ),
    _thread(
        "A207",
        "Price differs",
        "Order {number}, line {line}: invoice {invoice} asks {price}, {word} was {agreed}: "
        "{off} {way} over the whole line",
        "The invoice does not ask what was agreed.",
        "Have the invoice corrected or credited, or the price confirmed anew.",
    ),
    _thread(
        "A208",
        "Units differ",
        "Order {number}, line {line}: {quantity} {column} ({document}), but {limit} {word}: "
        "the units differ, so nothing can be compared",
        "How many pieces a carton has is not guessed.",
        "Have both sides use one unit for this article, or map the unit for this partner.",
        severity=Severity.WARNING,
    ),
    _thread(
        "A209",
        "Not ordered",
        "{document} has line {line}, which order {number} has not",
        "It was not ordered, or its line and article numbers name something else.",
        "Compare the article numbers of both sides; if it was ordered, one of them is wrong.",
    ),
    _thread(
        "A210",
        "Currency differs",
        "Invoice {invoice} of order {number} is in {currency}, the price was agreed in {agreed}",
        "Prices in two currencies cannot be compared.",
        "Have the invoice corrected.",
    ),
    _thread(
        "A211",
        "Too many documents",
        "Order {number} has {documents} documents; threads of more than {most} are not compared",
        "Comparing all of them again with every new one would slow everything down.",
        "Find out who sends so many documents about one order; if that is right, watch it in "
        "the ERP.",
        severity=Severity.WARNING,
    ),
)
