"""What one movement costs with few and with many people already there."""
