"""Rows and queries: Django models, constraints, and rows ⇄ core records; no business."""
