"""Documents to hand over, built from what `metrics` counts: workbooks, pages to print, messages to send."""
