import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from optwright.datasets import uniform
from optwright.eval.evaluate import evaluate
from optwright.eval.plots import FILLS, PATTERNS, Bar, Mark, bars, share_plot, unit_plot
from optwright.eval.settings import Settings


class Reader(HTMLParser):
    """Collects tags with their attributes and all text."""

    def __init__(self):
        super().__init__()
        self.tags, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    import json

    folder = tmp_path_factory.mktemp("report")
    path = folder / "made.jsonl"
    records = [
        {"id": f"optmath/{i:04d}", "question": f"Made up {i}", "answer": i, "type": "LP & <IP>"} for i in range(40)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    given = Settings((str(path),), model="<script>alert(1)</script>", pipeline="tests.eval.scripted:worker", samples=2)
    evaluate(given, uniform.load(path), folder / "run")
    return (folder / "run" / "report.html").read_text(), folder / "run"


def test_the_page_needs_nothing_else_and_runs_nothing(page):
    reader = read(page[0])
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "link", "img", "iframe", "object"}
    for _, attributes in reader.tags:
        assert not {"src", "href", "onload"} & attributes.keys()
    assert "url(http" not in page[0]
    assert "<script>alert(1)</script>" in "".join(reader.words)  # shown, not run


def test_every_plot_is_there_and_named(page):
    reader = read(page[0])
    titles = [
        attributes["aria-label"] for tag, attributes in reader.tags if tag == "svg" and "aria-label" in attributes
    ]
    assert len(titles) >= 8
    for wanted in ("accuracy", "outcomes", "rule", "reliability", "tokens", "seconds", "pass@k"):
        assert any(wanted in title for title in titles), wanted
    assert "LP & <IP>" in "".join(reader.words)


def test_plots_use_no_colour_and_every_hatching_is_defined(page):
    colours = set(re.findall(r"#[0-9a-fA-F]{3,6}\b", page[0]))
    assert all(len(set(re.findall("..", colour[1:] * (2 if len(colour) == 4 else 1)))) == 1 or len(set(colour[1:])) == 1
               for colour in colours), colours  # fmt: skip
    for name in re.findall(r"url\(#(\w+)\)", page[0]):
        assert f'id="{name}"' in PATTERNS
    assert all(f'id="{name}"' in PATTERNS for name in FILLS)


def test_a_bar_is_as_long_as_its_value_says():
    drawn = bars([Bar("a", 0.25), Bar("b", 0.5, low=0.4, high=0.6), Bar("c", 1.0)], top=1.0, percent=True)
    widths = [float(width) for width in re.findall(r'<rect x="190" y="[\d.]+" width="([\d.]+)"', drawn)]
    assert widths == [105.0, 210.0, 420.0]
    assert [f"{share}%" in drawn for share in (0, 25, 50, 75, 100)] == [True] * 5


def test_marks_lie_where_their_values_say():
    drawn = unit_plot([Mark(0.0, 0.0, 0.0, 0.5), Mark(1.0, 1.0, 0.5, 1.0)], xlabel="x", ylabel="y", diagonal=True)
    places = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)
    assert places == [("60.0", "270.0"), ("480.0", "10.0")]
    assert "Nothing to show" in share_plot([], xlabel="x", ylabel="y")
    assert "Nothing to show" in bars([])


@pytest.mark.browser
def test_a_browser_draws_it(page, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium: apt-get install chromium")
    shot = tmp_path / "report.png"
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1100,3000"]
    subprocess.run([*command, f"--screenshot={shot}", (page[1] / "report.html").as_uri()], check=True, timeout=120)
    assert shot.stat().st_size > 50_000
