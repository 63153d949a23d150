"""Cases of the rules about how things are called."""

from __future__ import annotations

from typing import Final

from tests.designer_kernel.lint.cases.writing import KEY, MANY, Case, attribute, two

CASES: Final[dict[str, list[Case]]] = {
    "confusable_name": [
        Case(attribute('name: "na\\u200bme", data_type: text'), attribute("name: größe, data_type: text")),
        Case(attribute('name: "n\\u0430me", data_type: text'), attribute("name: имя, data_type: text"), has_mend=False),
    ],
    "duplicate_name": [
        Case(
            attribute("name: x, data_type: text", "  indexes:\n  - {name: things, keys: [{attribute: x}]}"),
            attribute("name: x, data_type: text", "  indexes:\n  - {name: things_x, keys: [{attribute: x}]}"),
        ),
        Case(
            two("", "  indexes: [{name: i, keys: [{attribute: id}]}]", "  keys: [{name: i, attributes: [user_id]}]"),
            two("", "  indexes: [{keys: [{attribute: id}]}]", "  keys: [{attributes: [user_id]}]"),
        ),
    ],
    "long_name": [
        Case(
            attribute(f"name: {'x' * 46}, data_type: text"),
            attribute(f"name: {'x' * 45}, data_type: text"),
            has_mend=False,
        )
    ],
    "name_needs_quotes": [
        Case(attribute("name: order, data_type: text"), attribute("name: order_, data_type: text")),
        Case(attribute("name: CreatedBy, data_type: text"), attribute("name: created_by, data_type: text")),
        Case("entities:\n- name: Users\n  attributes: [" + KEY + "]", two("")),
    ],
    "unnamed_junction": [Case(two(MANY), two(f"{MANY}, junction_name: user_orders"))],
}
