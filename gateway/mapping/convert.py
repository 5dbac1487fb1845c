"""Converters: pairs of functions between the text on the wire and the value in the document.

A converter is made for one place (:class:`Target`): its element may imply decimals (X12 ``Nn``),
its record field may have a date format. Reading goes through bounded caches (:class:`Cached`),
because the same dates, quantities and prices come again and again within a message; a miss checks
the text strictly. Inside, a value that does not fit raises :class:`Unfit`; the runtime turns that
into a problem, so it never leaves ``read`` or ``write``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_CACHE = 4096
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)\Z", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(E-?\d{1,2})?\Z", re.ASCII)
"""Type R of X12, which may have an exponent."""
_SEPARATORS = re.compile("[\x1c-\x1f]")

DATE_FORMATS = ("102", "101", "201", "203", "204")
"""Codes of data element 2379 that name a day: CCYYMMDD, YYMMDD, then with hours and minutes."""
_LAST_OF_2000S = 68
"""Years of two digits: 69 is 1969, 68 is 2068 (as POSIX has it)."""
_ZONED = {"303": "203", "304": "204"}
_BY_LENGTH = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}


class Unfit(ValueError):  # noqa: N818 (says what fits; it never leaves the floor)
    """A value that a converter cannot take. ``code`` is the problem's; ``expected`` what fits."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(expected)
        self.code = code
        self.expected = expected


class Shortened(Unfit):
    """A value that is taken in part (``value``): what is left out is told, not refused (V507)."""

    def __init__(self, value: object, kept: str) -> None:
        super().__init__("V507", kept)
        self.value = value


@dataclass(frozen=True, slots=True)
class Target:
    """What a converter must know of the place on the wire."""

    standard: str
    kind: str = "an"
    decimals: int = 0
    max: int = 0
    format: str = ""
    """``strftime`` format of a date field in a record; empty: ISO 8601."""
    mark: str = "."
    """Decimal mark."""
    dated: bool = False
    """A composite with data element 2379 beside the value."""
    pieces: int = 0
    """Number of cells of a ``#*`` path; 0 for a single cell."""


@dataclass(frozen=True, slots=True)
class Converter:
    """A pair. ``read`` and ``write`` raise :class:`Unfit`."""

    name: str
    type: str
    """``text`` ``decimal`` ``integer`` ``date`` ``datetime`` ``time`` ``flag``."""
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


class Cached(dict[Any, Any]):
    """Values by text; a miss computes, a full cache starts anew."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: Any) -> Any:
        value = self._compute(key)
        if len(self) >= _CACHE:
            self.clear()
        self[key] = value
        return value


def plain(value: object) -> str:
    """A text for the wire: no separator of the normal form inside."""
    if not isinstance(value, str):
        raise Unfit("V502", "a text")
    if not value.isprintable() and _SEPARATORS.search(value):
        raise Unfit("V504", "a text without the control characters 1C to 1F")
    return value


def decimal_text(value: Decimal | int) -> str:
    """A number as plain digits: no exponent, no ``-0``."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Unfit("V502", "a finite number")
        text = format(value, "f")
        return text[1:] if text.startswith("-") and not value else text
    return str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal | int) and not isinstance(value, bool)


def _text(target: Target, arguments: tuple[str, ...]) -> Converter:
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


def _decimal(target: Target, arguments: tuple[str, ...]) -> Converter:
    places = int(arguments[0]) if arguments else None
    implied = target.decimals if target.kind.startswith("N") else 0
    common = places is None and target.mark == "." and not target.kind.startswith("N")
    form = _REAL if target.kind == "R" else _NUMBER

    def read(text: str) -> Decimal:
        if not form.match(text):
            raise Unfit("V501", "a number")
        value = Decimal(text.replace(",", ".") if "," in text else text)
        return value.scaleb(-implied) if implied else value

    def write(value: object) -> str:
        if not _is_number(value):
            raise Unfit("V502", "a number")
        if common and (text := str(value)).replace(".", "", 1).isdigit():
            return text
        number = Decimal(value)  # type: ignore[arg-type]
        if target.kind.startswith("N") and target.standard == "x12":
            return decimal_text(_whole(number.scaleb(implied), f"at most {implied} decimals"))
        if places is not None:
            number = _places(number, places)
        return decimal_text(number).replace(".", target.mark)

    return Converter("decimal", "decimal", Cached(read).__getitem__, write)


def _places(number: Decimal, places: int) -> Decimal:
    """Pad to so many decimals; cutting would alter the value."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        cut = number.quantize(Decimal(1).scaleb(-places))
        if cut != number:
            raise Unfit("V502", f"at most {places} decimals")
        return cut
    return number.quantize(Decimal(1).scaleb(-places))


def _whole(number: Decimal, expected: str) -> Decimal:
    if not number.is_finite() or number != number.to_integral_value():
        raise Unfit("V502", expected)
    return number.to_integral_value()


def _integer(target: Target, arguments: tuple[str, ...]) -> Converter:
    def read(text: str) -> int:
        if not _NUMBER.match(text):
            raise Unfit("V501", "a whole number")
        value = Decimal(text.replace(",", "."))
        if value != value.to_integral_value():
            raise Unfit("V501", "a whole number")
        return int(value)

    def write(value: object) -> str:
        if not _is_number(value):
            raise Unfit("V502", "a whole number")
        return decimal_text(_whole(Decimal(value), "a whole number"))  # type: ignore[arg-type]

    return Converter("integer", "integer", Cached(read).__getitem__, write)


def _moment(text: str, code: str) -> tuple[datetime, str]:
    """The moment of a date in one of the formats of 2379, and its zone (303, 304: ``UTC``)."""
    code = code or _BY_LENGTH.get(len(text), "")
    zone = ""
    if code in _ZONED:
        code, text, zone = _ZONED[code], text[:12] if code == "303" else text[:14], text[-3:]
    if code not in DATE_FORMATS:
        raise Unfit("V501", f"a date in format {' '.join(DATE_FORMATS)} 303 304 (2379)")
    if not (text.isascii() and text.isdigit()) or _BY_LENGTH.get(len(text)) != code:
        raise Unfit("V501", f"a date in format {code} (2379){' with a zone' if zone else ''}")
    if code in ("101", "201"):
        text = f"{'19' if int(text[:2]) > _LAST_OF_2000S else '20'}{text}"
    pieces = [int(text[at : at + 2]) for at in range(4, len(text), 2)]
    try:
        return datetime(int(text[:4]), *pieces), zone  # type: ignore[arg-type]  # noqa: DTZ001 (no zone)
    except ValueError:
        raise Unfit("V501", "a day of the calendar") from None


def _record_moment(text: str, pattern: str) -> datetime:
    try:
        if pattern:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 (the file names no zone)
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unfit("V501", f"a date like {pattern or 'YYYY-MM-DD'}") from None


def _formatted(value: date, pattern: str) -> str:
    """Like ``strftime``, with years of four digits everywhere."""
    return value.strftime(pattern.replace("%Y", f"{value.year:04}"))


def _reads_moment(target: Target) -> Callable[[Any], tuple[datetime, str]]:
    if target.dated:
        return lambda pair: _moment(pair[0], pair[1])
    if target.standard in ("edifact", "x12"):
        return lambda text: _moment(text, "")
    return lambda text: (_record_moment(text, target.format), "")


def _date(target: Target, arguments: tuple[str, ...]) -> Converter:
    moment = _reads_moment(target)
    short = target.kind in ("DT", "n", "an") and target.max == 6

    def read(key: Any) -> date:
        found, _ = moment(key)
        if found.time() != time():  # midnight is how a day is written where a time has to be
            raise Shortened(found.date(), "the day without the time")
        return found.date()

    def write(value: object) -> Any:
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date):
            raise Unfit("V502", "a date")
        if target.dated:
            return f"{value.year:04}{value.month:02}{value.day:02}", "102"
        if target.standard in ("edifact", "x12"):
            return _formatted(value, "%Y%m%d")[2 if short else 0 :]
        return _formatted(value, target.format) if target.format else value.isoformat()

    return Converter("date", "date", Cached(read).__getitem__, write)


def _datetime(target: Target, arguments: tuple[str, ...]) -> Converter:
    moment = _reads_moment(target)

    def read(key: Any) -> datetime:
        found, zone = moment(key)
        if zone:
            raise Shortened(found, "the time without its zone")
        return found

    def write(value: object) -> Any:
        if not isinstance(value, datetime):
            raise Unfit("V502", "a date with time")
        seconds = value.second or value.microsecond
        text = _formatted(value, "%Y%m%d%H%M%S" if seconds else "%Y%m%d%H%M")
        if target.dated:
            return text, "204" if seconds else "203"
        if target.standard in ("edifact", "x12"):
            return text
        return _formatted(value, target.format) if target.format else value.isoformat()

    return Converter("datetime", "datetime", Cached(read).__getitem__, write)


def _time(target: Target, arguments: tuple[str, ...]) -> Converter:
    def read(key: Any) -> time:
        text = key[0] if target.dated else key
        digits = text.replace(":", "")
        if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 6):
            raise Unfit("V501", "a time HHMM or HHMMSS")
        try:
            return time(int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0))
        except ValueError:
            raise Unfit("V501", "a time of the day") from None

    def write(value: object) -> Any:
        if not isinstance(value, time):
            raise Unfit("V502", "a time")
        if target.standard not in ("edifact", "x12"):
            return value.isoformat()
        text = f"{value:%H%M%S}" if value.second else f"{value:%H%M}"
        return (text, "402" if value.second else "401") if target.dated else text

    return Converter("time", "time", Cached(read).__getitem__, write)


def _flag(target: Target, arguments: tuple[str, ...]) -> Converter:
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


def check_digit(digits: str) -> bool:
    """Whether the last digit is right (GS1 modulo 10: weights 3 and 1 from the right)."""
    total = sum(int(sign) * (3 if at % 2 else 1) for at, sign in enumerate(reversed(digits)))
    return total % 10 == 0


def _gs1(name: str, lengths: tuple[int, ...]) -> Callable[[Target, tuple[str, ...]], Converter]:
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


def _wrapped(target: Target, arguments: tuple[str, ...]) -> Converter:
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


def _list(target: Target, arguments: tuple[str, ...]) -> Converter:
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


CONVERTERS: dict[str, Callable[[Target, tuple[str, ...]], Converter]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "flag": _flag,
    "gtin": _gs1("gtin", (8, 12, 13, 14)),
    "gln": _gs1("gln", (13,)),
    "wrapped": _wrapped,
    "list": _list,
}
"""Converters by name. Arguments: ``text(35)`` ``decimal(2)`` ``flag(Y,N)`` ``wrapped(70)``."""
NUMERIC_ARGUMENTS = {"text": 1, "decimal": 1, "money": 1, "wrapped": 1}
"""Converters whose argument is a number, with the most arguments."""
PIECED = ("wrapped", "list")
"""Converters that take all cells of a ``#*`` path."""
DATED = ("date", "datetime", "time")
"""Converters that take a whole date composite (``DTM+137``)."""


def fixed_literal(text: str, kind: str) -> object | None:
    """A literal of the map as a value of the row's type; ``None`` if it is no such value."""
    if kind == "text":
        return text
    if kind == "flag":
        return {"true": True, "false": False}.get(text)
    target = Target("record", "an")
    maker = CONVERTERS.get(kind)
    if maker is None:
        return None
    try:
        value: object = maker(target, ()).read(text)
    except Unfit:
        return None
    return value
