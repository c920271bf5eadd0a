"""Words: tokens, the lexicon of the questions, numbers and dates."""
