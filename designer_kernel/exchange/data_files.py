"""Files of data, CSV and Parquet, as a source of designs; one file is one table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.frames import Proposal, propose

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.exchange.transfer import Imported


def import_files(paths: Iterable[Path], name: str) -> Imported:
    """Return the design that files of data suggest, see `propose_files`."""
    return propose_files(paths, name).imported()


def propose_files(paths: Iterable[Path], name: str) -> Proposal:
    """Return what files of data suggest, each suggestion with its evidence.

    Parameters
    ----------
    paths
        Files that end with ``.csv``, ``.tsv`` or ``.parquet``; a table is called as its file.
    name
        The name of the design.

    Raises
    ------
    DocumentError
        If a file cannot be read.
    """
    return propose({path.stem: read_frame(path) for path in paths}, name)


def read_frame(path: Path) -> pd.DataFrame:
    """Return the data in a file. CSV is read as text, so that no leading zero is lost before a type is chosen.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    import pandas as pd

    suffix = path.suffix.lower()
    if suffix != ".parquet":
        return read_csv(path, "\t" if suffix == ".tsv" else ",", where=str(path))
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise _unreadable(error, str(path)) from error


def read_csv(given: Path | TextIO, separator: str = ",", *, where: str = "") -> pd.DataFrame:
    """Return the data of CSV as text.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    import pandas as pd

    try:
        # Only the empty field is missing: "NA" is a country, and "null" may be somebody's name.
        return pd.read_csv(given, sep=separator, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        raise _unreadable(error, where) from error


def _unreadable(error: Exception, where: str) -> DocumentError:
    return DocumentError(
        f"the file cannot be read as data: {error}", where=where, mend="save it as UTF-8 CSV or as Parquet"
    )
