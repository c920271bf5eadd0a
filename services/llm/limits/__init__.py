"""What an exchange may take of money, tokens and time, and what it took."""
