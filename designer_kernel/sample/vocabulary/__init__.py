"""The words that sample data is put together from: lists of our own, and a long tail of names and streets."""

from __future__ import annotations
