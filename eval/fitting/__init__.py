"""Fitting the scorer of readings: examples from questions with known answers, a small regression, thresholds on families held out."""
