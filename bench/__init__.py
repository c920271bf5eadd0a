"""Benchmarks: ours and a peer's in turn, in one run; ratios are what carries between machines."""
