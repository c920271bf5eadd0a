"""Column types with evidence: which type fits a column of strings, and the exact conversion."""
