"""Labelled pages of every kind of verdict: README.md tells what they are and how they are made."""
