"""Pages of sites that are fetched again: what changes around a story, and what a newsroom changes in it.

Sites, stories and words of the furniture are of our own writing, in `templates`, `stories` and `furniture.toml`; what
changes is drawn from a seed. Every other template is held back: rules are made by looking at the others only.
"""
