"""Rows of deployed tables: what a table is like, statements about it, values as JSON, and what the server refuses."""
