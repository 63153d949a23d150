from __future__ import annotations

import re
from collections import Counter

import pytest
from designer_widgets import linker
from designer_widgets.linker import LinkError, link

ENTRY = "export default { render };\n"


def test_linked_modules_stand_after_what_they_import() -> None:
    sources = {
        "main.js": 'import { b } from "./b.js";\nfunction render() { return b(); }\n' + ENTRY,
        "a.js": "export const a = 1;\n",
        "b.js": 'import { a } from "./a.js";\nexport function b() { return a; }\n',
    }
    text = link(sources)
    assert text.index("const a = 1") < text.index("function b()") < text.index("function render()")
    assert "import" not in text
    assert text.count("export") == 1


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ('import { a as c } from "./a.js";\n', "does not export"),
        ('import a from "./a.js";\n', "only named imports"),
        ('import { x } from "https://example.com/x.js";\n', "only named imports"),
        ('const late = import("./a.js");\n', "only named imports"),
        ('import { missing } from "./a.js";\n', "does not export 'missing'"),
        ('import { a } from "./gone.js";\n', "no module 'gone.js'"),
        ("const a = 2;\nexport { a };\n", "exports declarations"),
    ],
)
def test_what_cannot_be_linked_is_refused(module: str, reason: str) -> None:
    sources = {"main.js": module + ENTRY, "a.js": "export const a = 1;\n"}
    with pytest.raises(LinkError, match=reason):
        link(sources)


def test_two_modules_cannot_share_a_name() -> None:
    sources = {
        "main.js": 'import { b } from "./b.js";\nconst one = b;\n' + ENTRY,
        "b.js": "const one = 1;\nexport const b = one;\n",
    }
    with pytest.raises(LinkError, match=r"'one' is declared in b\.js and in main\.js"):
        link(sources)


def test_a_circle_is_refused_with_its_path() -> None:
    sources = {
        "main.js": 'import { a } from "./a.js";\n' + ENTRY,
        "a.js": 'import { b } from "./b.js";\nexport const a = b;\n',
        "b.js": 'import { a } from "./a.js";\nexport const b = a;\n',
    }
    with pytest.raises(LinkError, match=r"a\.js → b\.js → a\.js"):
        link(sources)


def test_top_level_names_of_the_front_end_are_unique() -> None:
    counts = Counter(name for source in linker.read_sources().values() for name in linker.top_level_names(source))
    assert [name for name, count in counts.items() if count > 1] == []


def test_every_module_is_linked() -> None:
    sources = linker.read_sources()
    assert set(linker.import_order(sources)) == set(sources)


def test_the_front_end_writes_no_markup_and_fetches_nothing() -> None:
    for name, source in linker.read_sources().items():
        code = re.sub(r"^\s*(?://|\*|/\*\*).*$", "", source, flags=re.MULTILINE)
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code), (
            name
        )
        assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket\(|importScripts|console\.", code), name
        assert "http" not in code.replace("http://www.w3.org/2000/svg", ""), name
    assert not re.search(r"url\(|@import|@font-face", linker.css())


def test_colours_of_the_style_sheet_come_from_the_page() -> None:
    """A bare colour outside a fallback would be wrong in one of the two themes."""
    without_fallbacks = re.sub(r"var\(--[\w-]+,[^()]*\)", "var()", linker.css())
    bare = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", without_fallbacks))
    assert bare <= {"#000", "#fff"}  # mixed into colours of the page, never used alone
