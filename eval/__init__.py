"""Measuring the answers: question sets with known answers, run in this process or through a stack, graded and counted."""
