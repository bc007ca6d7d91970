"""Whole-process benchmarks: fleets of any size, measured beside a bare loop that only moves the same bytes."""
