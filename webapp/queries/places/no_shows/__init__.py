"""No-show policies, the strikes that follow from outcomes, excuses, and a policy tried on the past."""
