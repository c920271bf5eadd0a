"""nlq: a question becomes an intent, entities, code, and an answer that can be checked."""
