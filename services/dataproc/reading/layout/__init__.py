"""Where the tables of a grid of cells are, for text files and worksheets alike. `finding.find_layout` is the way in."""
