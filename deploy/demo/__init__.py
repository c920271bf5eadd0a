"""`make demo`: real files through a real stack, eight questions, every answer checked against plain pandas."""
