"""Check digits of bank accounts (ISO 13616, modulo 97 of ISO 7064)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.documents.account import is_iban_shaped
from gateway.problems import Place, Problem, problem


def iban_check(iban: str) -> bool:
    """Whether the check digits are right. Blanks do not count; ``iban`` must be shaped like one."""
    text = iban.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def iban_problem(path: str, iban: str) -> Iterator[Problem]:
    """V551 where an account is no IBAN."""
    if not is_iban_shaped(iban):
        reason = "it is not two letters, two digits and 11 to 30 letters and digits"
    elif not iban_check(iban):
        reason = "its check digits are wrong"
    else:
        return
    yield problem("V551", Place(path=path), field=path, value=iban, reason=reason)
