"""Converters of texts: ``text(n)``, ``flag(Y,N)``, ``gtin``, ``gln``, ``wrapped(n)``, ``list``."""

from __future__ import annotations

from collections.abc import Callable

from gateway.documents import check_digit
from gateway.mapping.convert.model import Converter, Target, Unfit, plain


def text(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``text``, ``text(35)``: a text, of at most so many characters."""
    longest = int(arguments[0]) if arguments else 0

    def write(value: object) -> str:
        text = plain(value)
        if longest and len(text) > longest:
            raise Unfit("V503", f"at most {longest} characters")
        return text

    def read(text: str) -> str:
        if longest and len(text) > longest:
            raise Unfit("V503", f"at most {longest} characters")
        return text

    return Converter("text", "text", read, write if longest else plain)


def flag(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``flag``, ``flag(Y,N)``: true or false."""
    usual = ("Y", "N") if target.standard in ("edifact", "x12") else ("true", "false")
    yes, no = arguments if len(arguments) == 2 else usual

    def read(text: str) -> bool:
        if text not in (yes, no):
            raise Unfit("V501", f"{yes} or {no}")
        return text == yes

    def write(value: object) -> str:
        if not isinstance(value, bool):
            raise Unfit("V502", "true or false")
        return yes if value else no

    return Converter("flag", "flag", read, write)


def gs1(name: str, lengths: tuple[int, ...]) -> Callable[[Target, tuple[str, ...]], Converter]:
    """``gtin``, ``gln``: digits of one of some lengths with a right check digit."""
    expected = f"a {name.upper()}: {' or '.join(map(str, lengths))} digits with a check digit"

    def make(target: Target, arguments: tuple[str, ...]) -> Converter:
        def test(value: object, code: str) -> str:
            if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
                raise Unfit(code, expected)
            if len(value) not in lengths or not check_digit(value):
                raise Unfit(code, expected)
            return value

        return Converter(name, "text", lambda text: test(text, "V501"), lambda v: test(v, "V502"))

    return make


def sscc(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``sscc``: 18 digits with a check digit; ``sscc(20)`` writes the identifier 00 in front.

    Read with or without that application identifier of GS1-128, kept without it.
    """
    front = "00" if arguments == ("20",) else ""
    expected = "an SSCC: 18 digits with a check digit, with or without 00 in front"

    def test(value: object, code: str) -> str:
        text = value if isinstance(value, str) else ""
        if len(text) == 20 and text.startswith("00"):
            text = text[2:]
        if not (len(text) == 18 and text.isascii() and text.isdigit() and check_digit(text)):
            raise Unfit(code, expected)
        return text

    return Converter(
        "sscc", "text", lambda text: test(text, "V501"), lambda value: front + test(value, "V502")
    )


def wrapped(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``wrapped``, ``wrapped(70)``: one text from and for all pieces of a ``#*`` path."""
    width = int(arguments[0]) if arguments else target.max or 70

    def read(pieces: list[str]) -> str:
        if not any(pieces[1:]):
            return pieces[0]
        while pieces and not pieces[-1]:
            pieces = pieces[:-1]
        lines = [piece if len(piece) == width else piece + "\n" for piece in pieces]
        return "".join(lines).removesuffix("\n")

    def write(value: object) -> list[str]:
        pieces: list[str] = []
        for line in plain(value).split("\n"):
            cuts = range(0, len(line) or 1, width)
            pieces.extend(line[cut : cut + width] for cut in cuts)
        if len(pieces) > target.pieces:
            raise Unfit("V503", f"at most {target.pieces} lines of {width} characters")
        if read(pieces) != value:
            raise Unfit("V502", f"a text whose lines are not exactly {width} characters long")
        return pieces + [""] * (target.pieces - len(pieces))

    return Converter("wrapped", "text", read, write)


def listed(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``list``: a list of texts, one for each piece of a ``#*`` path."""

    def read(pieces: list[str]) -> list[str]:
        return [piece for piece in pieces if piece]

    def write(value: object) -> list[str]:
        if not isinstance(value, list | tuple):
            raise Unfit("V502", "a list of texts")
        pieces = [plain(one) for one in value]
        if len(pieces) > target.pieces:
            raise Unfit("V505", f"at most {target.pieces}")
        return pieces + [""] * (target.pieces - len(pieces))

    return Converter("list", "texts", read, write)
