"""The words in which a report says why something is not drawn."""

from __future__ import annotations

from contextlib import suppress

from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.foreign_server import UserMapping
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.design.lift.reasons import reason_for, reason_for_fields


def test_a_reason_names_the_secrets_that_were_not_read() -> None:
    mapping = UserMapping(server="s", role="", secrets=("password", "sslkey_token"))
    assert reason_for(mapping).endswith(
        "deployed as they are, but for what is secret and never read: password, sslkey_token"
    )
    plain = Subscription(name="s", publications=("p",), connection="host=x")
    assert "secret" not in reason_for(plain)
    assert "never read: password" in reason_for(
        Subscription(name="s", publications=("p",), connection="host=x", has_secret=True)
    )


def test_what_is_drawn_in_part_is_not_said_to_be_missing() -> None:
    named = NotNull(schema="public", table="t", name="must_be", column="a")
    assert reason_for(named).startswith("that the column is NOT NULL is drawn")
    check = Check(schema="public", table="t", name="c", expression="a > 0", valid=False)
    assert reason_for_fields(check, ["valid", "no_inherit"]).startswith("drawn, but for this")
    assert reason_for_fields(check, ["valid", "no_inherit"]).endswith("NO INHERIT, NOT VALID")


def test_what_is_not_drawn_is_said_to_be_kept() -> None:
    said = 0
    for kind in all_kinds():
        fact = kind.__new__(kind)
        with suppress(AttributeError):  # some kinds say whether they hold a secret by their fields
            assert "kept" in reason_for(fact)
            assert "_" not in reason_for(fact)
            said += 1
    assert said > 60
