"""The files of each repository: what is written, what is there, and how the two differ."""
