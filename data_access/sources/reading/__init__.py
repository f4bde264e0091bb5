"""Files of any sort as tables of text, and tables of text as typed columns."""
