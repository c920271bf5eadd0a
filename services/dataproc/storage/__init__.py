"""Adapters: the registry of tables, the session's quota of tables, hints that work is no longer wanted."""
