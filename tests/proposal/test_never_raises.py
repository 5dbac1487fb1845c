"""Whatever samples hold: a proposal, or problems; and what is proposed can be read."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.models import Partner
from gateway.config.proposal import House, SampleFile, Wanted, propose, samples
from gateway.config.validate import validate
from gateway.syntax.yamltext import read_yaml
from tests.proposal.conftest import order

SETTINGS = {
    "schema", "partner", "name", "mode", "identities", "channels", "syntax", "agreements",
}  # fmt: skip
EXAMPLES = int(os.environ.get("GATEWAY_EXAMPLES", "20"))
_SAMPLE = order()
_TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=14)
_CUTS = st.tuples(st.integers(0, len(_SAMPLE)), st.integers(0, 12), st.binary(max_size=6))


@settings(max_examples=EXAMPLES, deadline=None)
@given(cuts=st.lists(_CUTS, max_size=4), name=st.text(max_size=12))
def test_a_damaged_sample_never_raises(
    house: House, cuts: list[tuple[int, int, bytes]], name: str
) -> None:
    data = _SAMPLE
    for at, length, instead in cuts:
        data = data[:at] + instead + data[at + length :]
    made = propose([SampleFile(name, data)], Wanted("contoso-foods"), house)
    assert made.refused or is_a_partner(made.files["partner.yaml"])


def is_a_partner(data: bytes) -> bool:
    text, problems = read_yaml(data, "partner.yaml")
    assert text is not None and not problems, (problems, data)
    partner, wrong = validate(Partner, text)
    assert partner is not None, ([str(one) for one in wrong], data)
    return True


@settings(max_examples=EXAMPLES, deadline=None)
@given(texts=st.lists(_TEXTS, min_size=4, max_size=4))
def test_no_text_of_a_sample_becomes_a_setting_of_its_own(house: House, texts: list[str]) -> None:
    signs = str.maketrans(dict.fromkeys("'+:?", " "))
    name, id_, reference, indicator = (one.translate(signs) for one in texts)
    data = order(name=name, sender=f"{id_}:14", level="UNOW:3", codec="utf-8")
    test = order("2", sender=f"{indicator}:14", indicator="1", level="UNOW:3", codec="utf-8")
    data = data.replace(b"++ORDERS", f"++{reference}".encode())
    files = [SampleFile("a.edi", data), SampleFile("b.edi", test)]
    made = propose(files, Wanted("contoso-foods"), house)
    if not made.refused:
        assert is_a_partner(made.files["partner.yaml"])
        text, _ = read_yaml(made.files["partner.yaml"], "partner.yaml")
        assert text is not None
        assert set(text.data) == SETTINGS


def test_floods_are_refused_before_they_are_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "MOST_MESSAGES", 3)
    monkeypatch.setattr(samples, "MOST_SEGMENTS", 40)
    head, _, rest = order().partition(b"UNH")
    body, _, end = rest.partition(b"UNZ")
    many = head + b"".join(b"UNH" + body for _ in range(4)) + b"UNZ" + end
    long = order(extra="'".join("FTX+AAI" for _ in range(40)))
    for data, what in ((many, "3 messages"), (long, "40 segments")):
        made = propose([SampleFile("a.edi", data)], Wanted("contoso-foods"), house)
        assert made.refused
        assert any(one.code == "C511" and what in one.sentence for one in made.problems)
