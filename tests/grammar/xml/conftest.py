"""A small grammar with one of everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.xml.format import XmlFormat
from gateway.grammar.xml.load import read_xml

GRAMMAR = Path(__file__).parent / "cases" / "Order.txt"


@pytest.fixture(scope="session")
def orders() -> XmlFormat:
    """Files with a list of orders."""
    return read_xml(GRAMMAR.read_text(encoding="utf-8"), "own/Order")


@pytest.fixture(scope="session")
def order() -> XmlFormat:
    """Files with one order."""
    text = GRAMMAR.read_text(encoding="utf-8").replace("root Orders/Order*", "root Order")
    return read_xml(text, "own/Order")
