"""Figures: every number shown to people, as a value with its unit, coverage and source, or null with a reason."""
