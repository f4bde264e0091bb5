"""What people record in the product: entries and their kinds."""
