"""Loops over bytes as machine code: what Python would do a hundred times slower and no library does in this way.

Written in Python, compiled by Numba when their module is imported the first time, and kept beside their source. Arguments are arrays of numpy in which nothing
is checked: a caller passes texts that end in PADDING zeros, and outputs of the size that is documented.
"""
