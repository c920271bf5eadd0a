"""What each step takes and gives, by kind: entries of the registry."""
