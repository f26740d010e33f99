"""The lines of a story, on their way from tree to text."""
