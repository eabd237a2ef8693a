"""The rules of Turnout: values in, a decision out. Standard library only, no clock."""
