"""Classes as tests begin with them: of a facility, running, about to begin."""
