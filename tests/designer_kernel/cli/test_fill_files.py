from __future__ import annotations

import json

from designer_kernel.cli.outcome import Exit


def test_rows_go_to_files_without_a_database(designer, shop, tmp_path):
    folder = tmp_path / "rows"
    ran = designer("fill", shop, "--to", folder, "--seed", "3", "--format", "csv", "--json")
    assert ran.code == Exit.OK, ran.err
    told = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert ran.json["rows"] == told["rows"] > 0
    assert {path.name for path in folder.iterdir()} == {"manifest.json", *(file["name"] for file in told["files"])}
    (job,) = designer("fills", shop, "--json").json
    assert (job["status"], job["file_path"], job["rows"]) == ("completed", str(folder), told["rows"])

    again = designer("fill", shop, "--to", folder)
    assert again.code != Exit.OK
    assert "holds sample data already" in again.err
    assert designer("fill", shop, "--to", folder, "--replace", "--seed", "3").code == Exit.OK
    assert not list(folder.glob("*.csv"))


def test_a_fill_needs_a_database_or_a_folder(designer, shop):
    ran = designer("fill", shop)
    assert ran.code != Exit.OK
    assert "--to" in ran.err
