"""The pure core: no Django, no files, no network, no system clock, no randomness."""
