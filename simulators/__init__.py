"""Simulators of BaseLinker and of every printer; for the demo, training, tests and benchmarks."""
