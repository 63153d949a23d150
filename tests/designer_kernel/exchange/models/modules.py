"""Generated modules, imported and run."""

from __future__ import annotations

import sys
import warnings
from types import ModuleType
from uuid import uuid4

from sqlalchemy import Engine, create_engine


def imported(text: str) -> ModuleType:
    """Return a module of this text, all warnings being errors."""
    module = ModuleType(f"models_{uuid4().hex}")
    sys.modules[module.__name__] = module  # where annotations are looked up
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile(text, "models.py", "exec"), vars(module))  # the module is what is tested
        module.Base.registry.configure()
    return module


def engine_of(url: str) -> Engine:
    """Return an engine for a database of ours."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def created_by(text: str, url: str) -> None:
    """Let models create their database."""
    engine = engine_of(url)
    imported(text).Base.metadata.create_all(engine)
    engine.dispose()
