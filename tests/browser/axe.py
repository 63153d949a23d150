"""What axe-core says of a page: whoever cannot see, point or tell colours apart must be able to use it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH

BAD = ("serious", "critical")
"""What a page may not have; lesser findings are advice."""

RUN = """
async (theme) => {
    const found = await axe.run(".sd-root", {
        resultTypes: ["violations"],
        ...(theme === "dark" ? {runOnly: {type: "rule", values: ["color-contrast"]}} : {}),
    });
    return found.violations.flatMap(({id, impact, nodes}) => nodes.map((node) => ({
        rule: id, impact, where: node.target.join(" "), html: node.html.slice(0, 160),
        why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    })));
}
"""


def findings(page: Any, theme: str = "light") -> list[str]:
    """Return what axe-core finds wrong in the designer as it stands; in the dark only colours are looked at anew."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    return [
        f"{one['rule']} ({one['impact']}, {theme}): {one['where']}\n    {one['html']}\n    {one['why']}"
        for one in page.evaluate(RUN, theme)
        if one["impact"] in BAD
    ]
