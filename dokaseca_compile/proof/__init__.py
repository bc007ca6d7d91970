"""The proof: before the first write, the compiled files are checked against the platform."""
