"""The functions behind the steps. Each takes a data frame, columns by role as tuples, and settings that were checked by `calling`."""
