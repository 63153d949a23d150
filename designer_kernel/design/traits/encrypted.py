"""Encrypted: attributes are kept as ciphertext; pgcrypto does the work with a key from a session setting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from designer_kernel.catalog.identifiers import quote_path, shorten
from designer_kernel.catalog.literals import literal
from designer_kernel.design.objects import Function
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.traits._functions import definition
from designer_kernel.design.traits._recognition import Found, Sight
from designer_kernel.design.values import Name
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.attribute import Attribute
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion

_PREFIX: Final = "encrypted_"
_READ_BY: Final = "Encrypted; decrypt_text() reads it."
_SETTING: Final = re.compile(r"current_setting\('([^']+)'\)")


class Encrypted(Trait):
    """Each of ``attributes`` becomes ``encrypted_<name> bytea``, with functions to write and read it.

    ``key_setting`` names the session setting that holds the key; the key itself is never part of a design.
    """

    order: ClassVar[int] = 40
    title: ClassVar[str] = "encrypted"
    summary: ClassVar[str] = "Some attributes are stored encrypted, with a key that the database does not keep."

    kind: Literal["encrypted"] = "encrypted"
    attributes: Annotated[tuple[Name, ...], Field(min_length=1)]
    key_setting: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$", max_length=63)] = (
        "app.encryption_key"
    )

    def add_attributes(self, expansion: Expansion) -> None:
        require_attributes(expansion, "encrypted", self.attributes)
        entity = expansion.entity
        replaced = tuple(
            self._ciphertext(expansion, attribute) if attribute.name in self.attributes else attribute
            for attribute in entity.attributes
        )
        expansion.update(entity.id, attributes=replaced)

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        home = sight.design.default_schema
        made = [sight.functions.get((home, name)) for name in ("encrypt_text", "decrypt_text")]
        setting = _SETTING.search(made[0].definition) if made[0] is not None else None
        hidden = [a for a in entity.attributes if _is_ciphertext(a)]
        if not hidden or setting is None:
            return None
        names = {attribute.id: attribute.name.removeprefix(_PREFIX) for attribute in hidden}
        attributes = tuple(
            a.model_copy(
                update={
                    "name": names[a.id],
                    "data_type": "text",  # what it was is not written down anywhere
                    "description": a.description.removesuffix(_READ_BY).rstrip(),
                }
            )
            if a.id in names
            else a
            for a in entity.attributes
        )
        trait = cls(attributes=tuple(names.values()), key_setting=setting[1])
        implied = frozenset(function.id for function in made if function is not None)
        return Found(trait, {"attributes": attributes}, implied=implied)

    def _ciphertext(self, expansion: Expansion, attribute: Attribute) -> Attribute:
        keyed = any(attribute.name in key.attributes for key in expansion.entity.keys)
        if attribute.is_primary_key or attribute.is_unique or keyed or attribute.generated or attribute.identity:
            raise InvalidDesign(
                f"{attribute.name!r} is in a key or generated, but its ciphertext differs at every write",
                where=f"{expansion.entity.name}.{attribute.name}",
                mend="take the attribute out of the trait encrypted, or drop the key",
            )
        expansion.origins[attribute.id] = "trait encrypted"
        return attribute.model_copy(
            update={
                "name": ciphertext_name(attribute.name),
                "data_type": "bytea",
                "length": None,
                "precision": None,
                "scale": None,
                "is_array": False,
                "default_value": None,
                "collation": None,
                "description": f"{attribute.description} {_READ_BY}".strip(),
            }
        )

    def add_parts(self, expansion: Expansion) -> None:
        expansion.require_extension("pgcrypto")
        home = next(
            (e.schema_name for e in expansion.source.extensions if e.name == "pgcrypto" and e.schema_name),
            expansion.source.default_schema,
        )
        for name, argument, result, call in (
            ("encrypt_text", "text", "bytea", "pgp_sym_encrypt"),
            ("decrypt_text", "bytea", "text", "pgp_sym_decrypt"),
        ):
            key = expansion.shared("encrypted", name)
            made = Function(
                id=key,
                name=name,
                description=f"{name.split('_')[0].capitalize()}s with the key in the setting {self.key_setting}.",
                needs=("pgcrypto",),
                definition=definition(
                    (expansion.source.default_schema, name),
                    (f"value {argument}", result),
                    "plpgsql",
                    _BODY.format(call=quote_path(home, call), setting=literal(self.key_setting)),
                    " STRICT\n",
                ),
            )
            if expansion.functions.setdefault(key, made) != made:
                raise InvalidDesign(
                    f"its key is in the setting {self.key_setting}, but other encrypted entities name another setting",
                    where=f"{expansion.entity.name}: trait encrypted",
                    mend="give all encrypted entities one key_setting",
                )


def ciphertext_name(attribute: str) -> str:
    """Return the name of the attribute that holds the ciphertext of another."""
    return shorten(f"{_PREFIX}{attribute}")


def _is_ciphertext(attribute: Attribute) -> bool:
    is_kept = attribute.data_type == "bytea" and attribute.description.endswith(_READ_BY)
    return is_kept and attribute.name.startswith(_PREFIX) and not attribute.default_value


# A setting that was only ever set locally is an empty text afterwards, which pgcrypto would take for a key.
_BODY = """
DECLARE
    key text := pg_catalog.current_setting({setting});
BEGIN
    IF key = '' THEN
        RAISE EXCEPTION 'the setting % holds no key', {setting};
    END IF;
    RETURN {call}(value, key);
END
"""
