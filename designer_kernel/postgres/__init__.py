"""Servers, connections, introspection, shadow databases, scripts and deployment."""

from __future__ import annotations
