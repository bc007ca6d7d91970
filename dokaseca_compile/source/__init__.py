"""YAML text to plain data, and from every piece of that data back to its line and column."""
