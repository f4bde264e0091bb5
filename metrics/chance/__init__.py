"""What chance allows to be said: control charts, funnels, comparisons and their words."""
