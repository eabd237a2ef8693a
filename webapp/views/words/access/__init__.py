"""What is said of who may enroll."""
