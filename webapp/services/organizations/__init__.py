"""Organizations: their settings, their facilities, how they begin."""
