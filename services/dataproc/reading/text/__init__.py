"""Text tables: CSV and its relatives, in any encoding, dialect and layout. `files.read_csv` is the way in."""
