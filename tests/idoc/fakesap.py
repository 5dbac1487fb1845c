"""A SAP that is only its file port: takes IDocs, posts them later, answers by ALEAUD01.

What it refuses it refuses as SAP does: syntax errors at once (status 56), an unknown material or
customer when it posts (status 51).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.tree import Idoc, Segment


@dataclass
class FakeSap:
    """One client with a file port."""

    port: Path
    orders05: IdocFormat
    aleaud01: IdocFormat
    materials: frozenset[str]
    customers: frozenset[str]
    waiting: list[tuple[str, Idoc]] = field(default_factory=list)
    posted: dict[str, str] = field(default_factory=dict)
    """Customer's order number → sales order."""
    _number: int = 880

    def take(self) -> None:
        """The inbound job: every file of the port is read once."""
        for path in sorted((self.port / "in").glob("*.idoc")):
            idocs, _ = self.orders05.idocs(path.read_bytes())
            for one in idocs:
                self._number += 1
                self.waiting.append((f"{self._number:016}", one))
            path.unlink()

    def post(self) -> None:
        """The posting job, later: one ALEAUD01 tells what became of everything."""
        states = [self._post(number, one) for number, one in self.waiting]
        self.waiting.clear()
        control = {"TABNAM": "EDI_DC40", "IDOCTYP": "ALEAUD01", "MESTYP": "ALEAUD", "DIRECT": "1"}
        head = Segment("E1ADHDR", {"MESTYP": "ALEAUD", "MESTYP_LNG": "ORDERS"}, states)
        data, _ = self.aleaud01.encoded([Idoc(control, [head])])
        (self.port / "out" / "aleaud.idoc").write_bytes(data)

    def _post(self, number: str, idoc: Idoc) -> Segment:
        status, text, value = self._judge(idoc)
        fields = {
            "DOCNUM": idoc.control["DOCNUM"],
            "STATUS": status,
            "STATXT": text,
            "STAPA1_LNG": value,
        }
        made = {"DOCNUM": number}
        if status == "53":
            made |= {"OBJTYPE": "BUS2032", "OBJKEY": value}
        return Segment("E1STATE", fields, [Segment("E1PRTOB", made)])

    def _judge(self, idoc: Idoc) -> tuple[str, str, str]:
        values = [(one.type, one.fields) for one in idoc.walk()]
        if not any(name == "E1EDK01" for name, _ in values):
            return "56", "Segment &1 is missing", "E1EDK01"
        customer = next(f["PARTN"] for n, f in values if n == "E1EDKA1" and f["PARVW"] == "AG")
        if customer not in self.customers:
            return "51", "Customer &1 does not exist", customer
        for name, fields in values:
            ours = name == "E1EDP19" and fields["QUALF"] == "002"
            if ours and fields["IDTNR"] not in self.materials:
                return "51", "Material &1 is not defined", fields["IDTNR"]
        order = next(f["BELNR"] for n, f in values if n == "E1EDK02" and f["QUALF"] == "001")
        sales = self.posted.setdefault(order, f"{12000 + len(self.posted):010}")
        return "53", "Sales order &1 has been saved", sales
