"""The command line: each command reads, calls the core, renders, and gives an exit code."""
