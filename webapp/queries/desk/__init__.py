"""What a desk reads: one guest with the evidence, the list, the counts, the arrivals."""
