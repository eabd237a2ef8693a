"""The installation as a whole: how it begins, who operates it, which organizations it holds."""
