"""All tests. Databases, Redis, web server and browser are real; nothing is mocked."""
