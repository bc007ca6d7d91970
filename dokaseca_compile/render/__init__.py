"""Values to strings, one module a format. Nothing here prints."""
