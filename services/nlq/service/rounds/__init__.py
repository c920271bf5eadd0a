"""The rounds of a question with a generator: handed over, come back, computed again, and made an answer of."""
