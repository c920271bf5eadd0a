"""What can be said of a text before anybody parses it."""

from __future__ import annotations

from services.nlq.validation.model import Finding


def unusable(text: str, called: str, most: int, hint: str) -> Finding | None:
    """Nothing in it, too much, or a NUL; `called` is how a person calls it, `hint` what an empty one lacks."""
    if not text.strip():
        return Finding("empty_code", f"There is no {called} to run.", hint=hint)
    if len(text) > most:
        message = f"The {called} has {len(text):,} characters; at most {most:,} are accepted."
        return Finding("too_long", message, hint="Keep to what the question needs.")
    if "\0" in text:
        return Finding("syntax_error", f"The {called} contains a NUL character.", hint="Remove it.")
    return None
