"""A service of somebody else's: it counts the tables that become ready, and tells each session its own."""
