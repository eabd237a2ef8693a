"""The standby line at the desk: what is said of who stands in it, and leaving it."""
