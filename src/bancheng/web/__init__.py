"""Pages, by who looks at them: each area a package with its own views, templates and words."""
