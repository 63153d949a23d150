"""DataFrames as a source of designs: types, keys, enumerations and foreign keys, each proposed with its evidence."""

from designer_kernel.exchange.frames.proposal import Proposal, Suggestion, propose

__all__ = ["Proposal", "Suggestion", "propose"]
