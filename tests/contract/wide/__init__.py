"""Wide tables of several trades, and questions that need a few of their columns."""
