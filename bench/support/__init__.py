"""What the benchmarks stand on: worlds, servers, the floor app, load and figures."""
