"""The web server: its settings, its worker, and whether it serves."""
