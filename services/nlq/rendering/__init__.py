"""A question's whole result as a file.

Making a workbook of a million rows is minutes of pure Python, and threads do not help: they take the interpreter from the event
loop, and everybody waits. Small results are made in a thread, large ones in a process of their own (`python -m
services.nlq.rendering`): at most `AT_ONCE` of them, one for each session, with bounds on time and memory. What is made goes to a
file, and from there to the client while it grows.
"""
