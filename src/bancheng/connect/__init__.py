"""The outside: files, sources, channels and engines, one folder each, behind ports of the core."""
