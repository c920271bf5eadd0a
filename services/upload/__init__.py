"""The upload service: takes bytes in, checks them, stores them, and tells the others."""
