"""Hiding small numbers in what leaves the service."""
