"""`python -m askframe`, where the command is not on PATH."""

from __future__ import annotations

from askframe.cli import app

if __name__ == "__main__":
    app()
