"""The item manager's desk: items, one-things, their problems, and the act of publishing."""
