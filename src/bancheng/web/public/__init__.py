"""Pages for everyone: find a matter, learn what it takes, apply once, follow it to its end."""
