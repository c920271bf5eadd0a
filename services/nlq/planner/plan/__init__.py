"""From what a question means to the typed plans that answer it."""
