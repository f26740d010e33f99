"""What a page is, before anything is chosen from it: its tree, its containers, what a reader sees of it."""
