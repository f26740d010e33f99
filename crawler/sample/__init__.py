"""A small newspaper, made up from front page to print version, served on loopback for the demo and the tests."""
