"""Lists that only grow: one line of JSON for each entry, and damage costs no more than its own line."""

from __future__ import annotations

from designer_kernel.studio import json_lines


def test_entries_come_back_as_they_were_added(tmp_path):
    path = tmp_path / "x.jsonl"
    assert list(json_lines.entries(path, "the list")) == []
    added = [{"name": "Zoë\nLee", "n": 1}, {"half": "\ud800"}]
    for entry in added:
        json_lines.append(path, entry, "the list")
    assert list(json_lines.entries(path, "the list")) == added


def test_a_damaged_line_is_left_out_and_told(tmp_path, caplog):
    path = tmp_path / "x.jsonl"
    path.write_text('{"n": 1}\n[2]\n{"n": 3}\n{"n": ')
    assert list(json_lines.entries(path, "the list")) == [{"n": 1}, {"n": 3}]
    assert caplog.messages == [f"a line of the list {path} is damaged"] * 2


def test_a_file_that_cannot_be_written_is_told(tmp_path, caplog):
    json_lines.append(tmp_path, {}, "the list")  # a folder
    assert f"the list {tmp_path} cannot be written" in caplog.text
