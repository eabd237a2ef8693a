"""Events from draft to closure, corrections of their outcome, and the organizations that hold them."""
