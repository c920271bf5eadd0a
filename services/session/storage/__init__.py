"""Adapters to Redis, the object store, the bus and the identity provider."""
