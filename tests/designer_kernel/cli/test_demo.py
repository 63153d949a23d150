from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd

from designer_kernel.cli.preview import page
from designer_kernel.design import document

FILES = {"marketplace.design.yaml", "marketplace.sql", "marketplace.svg", "preview.html"}
DIARY = "marketplace.fills.jsonl"


def test_the_demo_runs_twice_with_the_same_end(designer, server, tmp_path):
    first = designer("demo")
    written = contents(tmp_path / "out")
    second = designer("demo")
    again = contents(tmp_path / "out")
    assert (first.code, second.code) == (0, 0)
    assert again.pop(DIARY).startswith(written.pop(DIARY))  # the list of fills grows
    assert set(written) == FILES
    assert again == written
    assert without_times(first.out) == without_times(second.out)
    assert "no row breaks one" in first.out
    assert "pgcrypto" in first.out
    assert len(re.findall(r"^Query", first.out, re.MULTILINE)) == 3
    assert document.load(tmp_path / "out" / "marketplace.design.yaml").name == "marketplace"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def without_times(text):
    return re.sub(r" *[\d.,]+ s\b| [\d,]+ rows a second", "", text)


def test_the_demo_has_no_colours_where_there_is_no_terminal(designer, server):
    ran = designer("demo", "--seed", "1", "--output", "elsewhere")
    assert "\x1b" not in ran.out
    assert "elsewhere" in ran.out


class Tags(HTMLParser):
    """Collects the tags of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.seen = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def test_the_preview_is_text_and_loads_nothing():
    hostile = '<script src="http://example.org/x.js"></script>'
    frame = pd.DataFrame({hostile: [hostile, None], "n": [1, 2.5]}, dtype=object)
    html = page(hostile, [(hostile, 2, frame)])
    tags = Tags(html).seen
    assert {"script", "img", "link", "iframe"} & {tag for tag, _ in tags} == set()
    assert all("src" not in attributes for _, attributes in tags)
    assert "default-src 'none'" in html
    assert '<td class="null">null</td>' in html
    assert '<td class="number">2.5</td>' in html


def test_values_are_shown_as_sql_shows_them():
    values = [{"a": True}, ["é", None], b"\x00\xff", "<b>"]
    html = page("x", [("t", 1, pd.DataFrame({"v": values}, dtype=object))])
    for shown in ("{&quot;a&quot;: true}", "[&quot;é&quot;, null]", "\\x00ff", "&lt;b&gt;"):
        assert f"<td>{shown}</td>" in html


def test_cancelling_the_demo_says_what_stays(designer, server, monkeypatch):
    from designer_kernel.cli import demo

    def interrupt(session):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_deploy", interrupt)
    ran = designer("demo")
    assert ran.code == 130
    assert "cancelled: the step that ran was taken back" in ran.err
    assert "Done in" not in ran.out
