"""The llm service: writes code with Claude, keeps conversations, limits and counts the use of the model."""
