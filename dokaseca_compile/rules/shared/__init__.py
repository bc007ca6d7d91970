"""Helpers that several rules share. A rule may import them, and no other rule."""
