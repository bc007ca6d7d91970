"""Helpers that several rules share. Rules import these and never each other."""
