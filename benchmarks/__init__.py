"""Benchmarks of whole processes on fleets of any size, compared with a bare read and write loop."""
