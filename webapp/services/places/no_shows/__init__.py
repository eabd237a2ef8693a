"""The no-show policy at work: who enrolls later, and what excuses somebody."""
