"""Migrations: from one catalog to another, planned, proved, applied and taken back."""
