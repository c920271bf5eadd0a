"""From words to the data: columns, cells and tables that a question names."""
