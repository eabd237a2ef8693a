"""Real processes beside a test: the product, its mail, Redis, a proxy, and what disturbs them."""
