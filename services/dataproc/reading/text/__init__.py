"""Text tables: CSV and its relatives, in any encoding, dialect and layout. `files.read_text_file` is the way in."""
