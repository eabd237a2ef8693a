"""What people are asked after an event, and what they say."""
