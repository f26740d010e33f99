"""The only place that writes SQL: the archive file and its parts."""
