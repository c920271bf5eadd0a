"""Columns of points and spans in time: the formats they are written in, the order of day, month and year, and the words of calendars."""
