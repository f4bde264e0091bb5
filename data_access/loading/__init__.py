"""Loads: the files of an authority into the store, all of it or nothing."""
