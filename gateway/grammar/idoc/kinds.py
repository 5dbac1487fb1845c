"""What the fields of IDocs hold. SAP's exports call every field CHARACTER; their names say more.

A record for maps has the normal form of all formats: days ``2026-11-20``, times ``10:00:00``,
numbers ``-55.12``, numbers of partners and items without leading zeros. A file has SAP's form:
``20261120``, ``100000``, ``55.12-``, ``0000100100``. What does not fit stays as it is and is a
problem of the file (F330, F331), not of this module.
"""

from __future__ import annotations

import re
from datetime import date, time
from functools import lru_cache


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


DAYS = _names(
    "DATUM EDATU EDATU_OLD CREDAT NTANF NTEND ISDD IEDD VFDAT BSTDT PODAT ABRDT WDATU LOGDAT "
    "HANDOVERDATE VALDAT PREND"
)
TIMES = _names("UZEIT EZEIT EZEIT_OLD CRETIM NTANZ NTENZ ISDZ IEDZ POTIM LOGTIM ZEIT HANDOVERTIME")
NUMBERS = _names(
    "MENGE BMNG2 VPREI PEINH NETWR ANETW SKFBP NTGEW BRGEW BETRG KPERC KRATE UPRBS KOBTR KOBAS "
    "MSATZ MWSBT PREIS WMENG AMENG SUMME TAGE PRZNT FAKWR WKURS WKURS_M KURS KURS_M LFIMG LGMNG "
    "ORMNG BTGEW VOLUM ANZPK TARAG MAGEW BTVOL NTVOL MAVOL TAVOL LAENG BREIT HOEHE VEMNG BPUMN "
    "BPUMZ UEBTO UEBTK BRULO NETLO ANZSN PACK_QTY PODMG SQUNT"
)
ITEMS = {"POSEX": 6, "POSNR": 6, "ZEILE": 6, "VGPOS": 6, "HIPOS": 6, "UEPOS": 6}
"""Numbers of items; all zeros is how SAP writes none."""
ZEROS = {
    **ITEMS, "DOCNUM": 16, "VBELN": 10, "VGBEL": 10, "PARTN": 10, "PARTNER_ID": 10, "SNDPRN": 10,
    "RCVPRN": 10,
}  # fmt: skip
"""Fields of numbers that SAP fills with zeros (conversion exit ALPHA), and their width."""
READ_ZEROS = {**ZEROS, "MATNR": 18, "E1EDP19+002.IDTNR": 18}
"""Where zeros are taken off only: SAP takes article numbers as people write them."""
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)|(\d+(\.\d*)?|\.\d+)-", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_TIME = re.compile(r"\d{6}", re.ASCII)


def kind(name: str) -> str:
    """``date``, ``time``, ``decimal`` or ``text``."""
    if name in DAYS:
        return "date"
    if name in TIMES:
        return "time"
    return "decimal" if name in NUMBERS else "text"


@lru_cache(maxsize=8192)
def normal(value: str, what: str) -> str | None:
    """A value of a file in normal form; empty if SAP means none; ``None`` if it does not fit."""
    if what == "decimal":
        text = value.strip()
        if not DECIMAL.fullmatch(text):
            return None
        return f"-{text[:-1]}" if text[-1] == "-" else text
    if not value.strip("0 "):
        # 000000 is midnight as well as no time; a time alone never stands without its day
        return ""
    if what == "date":
        return _day(value)
    return _time_of_day(value)


def _day(value: str) -> str | None:
    if not _DAY.fullmatch(value):
        return None
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:])).isoformat()
    except ValueError:
        return None


def _time_of_day(value: str) -> str | None:
    if not _TIME.fullmatch(value):
        return None
    try:
        return time(int(value[:2]), int(value[2:4]), int(value[4:])).isoformat()
    except ValueError:
        return None


def spelled(value: str, what: str) -> str:
    """A value in normal form as SAP spells it; what is in no normal form stays as it is."""
    if what == "decimal":
        return f"{value[1:]}-" if value[:1] == "-" else value
    if what == "date":
        return value.replace("-", "")
    if what == "time":
        digits = value.replace(":", "")
        return digits if len(digits) != 4 else f"{digits}00"
    return value


def unfilled(value: str, width: int, name: str) -> str:
    """Without the zeros that fill a number to its width; empty if it is no number of an item."""
    if len(value) == width and value[0] == "0" and value.isascii() and value.isdigit():
        return value.lstrip("0") or ("" if name in ITEMS else "0")
    return value


def filled(value: str, width: int) -> str:
    """A number filled with zeros to its width; anything else as it is."""
    if value[:1] != "0" and value.isascii() and value.isdigit():
        return value.zfill(width)
    return value
