"""What is said of outcomes and of what follows from them."""
