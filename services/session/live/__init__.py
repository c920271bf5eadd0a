"""Live events: one reading of the bus per process, fanned out to the streams of the sessions that are watched."""
