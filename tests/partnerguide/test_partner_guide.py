"""``gateway partner guide``: what the page holds, what it never holds, and that it stands alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.commands.init import write_workspace
from gateway.cli.main import main
from gateway.pipeline.partnerguide.examples import segments

Run = Callable[..., Result]
GOLDEN = Path(__file__).parent / "fourth-coffee.txt"
FURTHER = """
identities:
  gln: 4098765000003
  edifact:
    id: 4098765000003
    qualifier: 14
    test_id: 4098765000010
    also: [{id: OURDEPOT, qualifier: ZZZ}]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("house") / "shop"
    write_workspace(root, ["fourth-coffee", "wingtip-toys"])
    own = root / "partners/_own.yaml"
    text = re.sub(r"^identities:\n(?: .*\n)*", "", own.read_text("utf-8"), flags=re.M)
    own.write_text(text + FURTHER, "utf-8")

    def give(*words: object) -> Result:
        words = ("-w", root, "partner", "guide", *words)
        return CliRunner().invoke(main, [str(each) for each in words], catch_exceptions=False)

    return give


@pytest.fixture(scope="module")
def html(run: Run) -> str:
    done = run("fourth-coffee")
    assert done.exit_code == 0, done.stderr
    return done.stdout


def shown(html: str) -> str:
    """The text of the page, an element a line, without the guide and what differs by the day."""
    body = html[html.index("<body>") : html.index("<article>")]
    text = re.sub(r"<(?:dt|dd|h\d|p|li|td|th|pre|caption)\b[^>]*>", "\n", body)
    text = re.sub(r"<[^>]*>", "", text)
    text = re.sub(r"\n(?:UN[AB]|DTM|UNZ|BGM|RFF)\+?[^\n]*", "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DAY", text, count=1)
    return re.sub(r"\n+", "\n", text[: text.index("Sample messages", 2000)]).strip() + "\n"


def test_it_holds_what_was_agreed(html: str) -> None:
    assert shown(html) == GOLDEN.read_text("utf-8")


def test_each_message_has_a_sample_and_what_he_sends_its_guide(html: str) -> None:
    assert len(re.findall(r'<pre class="message">UNA', html)) == 4
    assert len(re.findall("<article>", html)) == 1
    assert "How to read this guide" in html


def test_it_stands_alone(html: str) -> None:
    assert not re.search(r"<script|<link|<img|\bsrc=|@import|url\(", html)
    anchors = re.findall(r'<[^<>]* id="([^"]*)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]*)"', html)) <= set(anchors)
    assert not re.findall(r'href="[^#]', html)


@pytest.mark.parametrize("name", ["fourth-coffee", "wingtip-toys"])
def test_no_secret_no_path_and_no_number_of_the_erp(run: Run, name: str) -> None:
    told = run(name, "--json")
    for word in ("00010047", "secrets/", "var/", "certs/", ".map", ".yaml", "${"):
        assert word not in told.stdout
    facts = json.loads(told.stdout)
    made = [bool(each["text"]) for each in facts["samples"]]
    # of X12 we have no id here
    assert made == ([True] * 4 if name == "fourth-coffee" else [False] * 4)
    found = [each["code"] for each in facts["problems"]]
    assert (told.exit_code, found) == ((0, []) if all(made) else (1, ["P256"] * 4))


def test_his_server_and_how_x12_is_answered(run: Run) -> None:
    facts = json.loads(run("wingtip-toys", "--json").stdout)
    (way,) = facts["channels"]
    assert (way["server"], way["from"]) == ("sftp.wingtip-toys.example", "/outbound")
    assert facts["us"] == {"name": "Our Company", "gln": "4098765000003"}
    despatch = facts["agreements"][2]
    assert "Each document comes in an interchange of its own." in despatch["rules"]


def test_a_partner_that_is_none(run: Run) -> None:
    done = run("nobody")
    assert (done.exit_code, "there is no partner nobody" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("UNA:+.? 'UNB+A?'B'UNZ+1'", ["UNA:+.? '", "UNB+A?'B'", "UNZ+1'"]),
        ("UNB+A'\r\nUNZ+1'\r\n", ["UNB+A'", "UNZ+1'"]),
        ("ISA" + "*" * 102 + "~GS*1~", ["ISA" + "*" * 102 + "~", "GS*1~"]),
        ("ISA" + "*" * 102 + "\nGS*1\n", ["ISA" + "*" * 102, "GS*1"]),
    ],
)
def test_a_segment_a_line(text: str, found: list[str]) -> None:
    assert segments(text) == found
