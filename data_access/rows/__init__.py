"""What a row of each kind is: its columns, what a cell may hold, the codes, days."""
