"""Cases of the rules about who may see and do what."""

from __future__ import annotations

from typing import Final

from tests.designer_kernel.lint.cases.writing import Case, attribute, two

CASES: Final[dict[str, list[Case]]] = {
    "policy_without_row_security": [
        Case(
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a'}]"),
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a'}]\n  row_security: ENABLED"),
        )
    ],
    "row_security_without_policy": [
        Case(
            attribute("name: x, data_type: text", "  row_security: FORCED"),
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a'}]\n  row_security: ENABLED"),
        )
    ],
    "undeclared_role": [
        Case(
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a', roles: [clerk]}]"),
            attribute(
                "name: x, data_type: text",
                "  policies: [{name: p, using: x = 'a', roles: [clerk, public]}]\nroles: [{name: clerk}]",
            ),
        ),
        Case(
            two("", rest="views: [{name: v, query: SELECT 1, grant_select_to: [reader]}]"),
            two("", rest="views: [{name: v, query: SELECT 1, grant_select_to: [pg_monitor]}]"),
        ),
    ],
}
