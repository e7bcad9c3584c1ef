"""Benchmarks: each runs a floor or a peer in the same run and prints ratios."""
