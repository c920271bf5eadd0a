"""Parquet, Arrow and ORC files, whose columns are typed already. `files.read_columnar` is the way in."""
