"""What tests stand on: real servers, and the data to put into them."""
