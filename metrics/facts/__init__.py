"""What `metrics/derive.py` derives with: lives read from the rows that speak, schedules, intervals, steps."""
