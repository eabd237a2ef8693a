"""People who enrolled together: who they are, and how they wait."""
