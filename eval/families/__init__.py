"""Question families of our own: templates over tables of our own, each answer computed twice, with pandas and with DuckDB."""
