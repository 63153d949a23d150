"""What PostgreSQL holds, as immutable values: kinds of object, and engines that know no kind by name."""

from __future__ import annotations
