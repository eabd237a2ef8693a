"""Events from draft to closure, and corrections of their outcome."""
