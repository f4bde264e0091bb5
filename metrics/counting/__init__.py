"""What numbers are counted from and how: the rows that measures look at, and the queries over them."""
