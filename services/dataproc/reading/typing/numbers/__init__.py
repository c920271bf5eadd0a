"""Columns of numbers: how a number is written, in which convention and unit a column writes them, and which digits are codes."""
