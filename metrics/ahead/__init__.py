"""The months ahead: what is expected of whom, and what a plan would change."""
