"""Encrypted: attributes are kept as ciphertext; pgcrypto does the work with a key from a session setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from designer_kernel.catalog.identifiers import quote_path, shorten
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.spelling import dollar_quote
from designer_kernel.design.objects import Function
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.values import Name
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.attribute import Attribute
    from designer_kernel.design.expansion import Expansion


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
                "description": f"{attribute.description} Encrypted; decrypt_text() reads it.".strip(),
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
                definition=(
                    f"CREATE FUNCTION {quote_path(expansion.source.default_schema, name)}(value {argument}) "
                    f"RETURNS {result}\nLANGUAGE plpgsql STRICT VOLATILE AS "
                    + dollar_quote(_BODY.format(call=quote_path(home, call), setting=literal(self.key_setting)))
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
    return shorten(f"encrypted_{attribute}")


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
