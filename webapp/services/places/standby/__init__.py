"""The standby line at the door: arriving, getting in, and the places of absent people that are given to it."""
