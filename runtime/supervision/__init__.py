"""Programs that are started together, kept running, and leave nothing behind."""
