"""What a model may be told that is to see no cell: known words only, and pseudonyms for names that are data."""
