"""Journeys of people through a served town, in a real browser."""
