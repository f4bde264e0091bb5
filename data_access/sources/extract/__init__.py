"""The review extract: the template of this product."""
