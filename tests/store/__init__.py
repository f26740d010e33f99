"""Tests of archive.store."""
