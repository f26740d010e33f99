"""What a page says of its story, by the place where it says it."""
