"""A real browser: windows, looks, walks through all pages, pointer and keyboard."""
