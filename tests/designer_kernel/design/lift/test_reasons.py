"""The words in which a report says why something is not drawn."""

from __future__ import annotations

from designer_kernel.catalog.kinds.foreign_server import UserMapping
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.design.lift.reasons import reason_for


def test_a_reason_names_the_secrets_that_were_not_read() -> None:
    mapping = UserMapping(server="s", role="", secrets=("password", "sslkey_token"))
    assert reason_for(mapping).endswith(
        "kept as they are, but for what is secret and never read: password, sslkey_token"
    )
    plain = Subscription(name="s", publications=("p",), connection="host=x")
    assert "secret" not in reason_for(plain)
    assert "never read: password" in reason_for(
        Subscription(name="s", publications=("p",), connection="host=x", has_secret=True)
    )
