"""What a line of a text is, and where it is cut, where delimiters and line ends do not tell: records between control characters, blanks in brackets, columns that touch."""
