"""Workbooks: every sheet, and every separate region of a sheet, becomes a table. `files.read_workbook` is the way in."""
