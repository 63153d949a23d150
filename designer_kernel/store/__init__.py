"""The designer's own database: what a team shares. Tables and their migrations; no rules, which are the studio's."""
