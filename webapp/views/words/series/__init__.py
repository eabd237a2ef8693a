"""Words about series of events."""
