"""What Bancheng does for its users: one verb, one function. Loads, asks the core, saves, announces."""
