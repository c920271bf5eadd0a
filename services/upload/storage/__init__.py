"""Adapters to S3 multipart uploads, Redis and clamd; they implement the Protocols of `ports.py`."""
