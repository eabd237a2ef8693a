"""What is said of questions to people who enroll, and of their answers."""
