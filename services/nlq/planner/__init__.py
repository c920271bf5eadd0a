"""From a question to plans of which facts choose one (docs/decisions/0022)."""
