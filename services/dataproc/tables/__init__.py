"""Stored tables as others get them: cached as Arrow, exported, compared with newer files, with what a person decided about their columns."""
