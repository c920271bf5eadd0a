"""Which reading is meant: facts first, then a fitted scorer; else a question back or a refusal."""
