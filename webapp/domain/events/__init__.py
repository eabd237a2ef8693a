"""An event's life: drafts, changes, calling off, closure, and why an outcome is what it is."""
