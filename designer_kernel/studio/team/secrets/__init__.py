"""How secrets are kept: sealed under a key of their workspace, which a master key outside of the store wraps."""
