"""The `askframe` command."""

from __future__ import annotations

from askframe.cli.commands import app

__all__ = ["app"]
