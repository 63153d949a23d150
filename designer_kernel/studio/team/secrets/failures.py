"""Why a secret stays closed. There is no other way to it: what cannot be opened is not used."""

from __future__ import annotations

from designer_kernel.errors import DesignerError


class KeyMissing(DesignerError):
    """A master key that is needed is not here, or may not be used as it is."""

    code = "key_missing"


class SecretUnreadable(DesignerError):
    """Something sealed that the keys that are here do not open: another key, another place, or changed bytes."""

    code = "secret_unreadable"
