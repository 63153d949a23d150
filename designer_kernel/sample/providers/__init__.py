"""Where the values of columns come from: one family a module, chosen by `registry.choose`."""

from __future__ import annotations
