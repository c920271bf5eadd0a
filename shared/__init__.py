"""What the services agree on: event contracts, the bus, settings, telemetry, errors, auth and object keys. Nothing else."""
