"""DBML, the language of dbdiagram.io, in and out. Source: https://dbml.dbdiagram.io/docs.

The parser is our own: PyDBML 1.2 knows neither table partials nor checks and refuses a block in one line.
"""

from designer_kernel.exchange.dbml.reading import read_dbml
from designer_kernel.exchange.dbml.writing import write_dbml

__all__ = ["read_dbml", "write_dbml"]
