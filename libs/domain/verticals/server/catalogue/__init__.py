"""What makers sell, as data: part-number codes, model names and the sizes that exist."""
