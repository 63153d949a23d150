"""What a team does together in the store: every use case once, as a function with an explicit actor."""

from importlib.util import find_spec

from designer_kernel.errors import DesignerError

for _module in ("sqlalchemy", "alembic", "cryptography", "argon2"):
    if find_spec(_module) is None:
        raise DesignerError(f"{_module} is not installed", where="team", mend="pip install 'schema-designer[team]'")
