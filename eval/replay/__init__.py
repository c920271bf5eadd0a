"""Recorded replies of a model, replayed through a whole stack: what a change of validator, jail or answer breaks."""
