"""The rules: calendar, intervals, schedules, duties, midway reviews, steps. Pure: no store is read."""
