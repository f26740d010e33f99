"""What the project claims about speed, size and quality, re-runnable by anyone: see README.md here."""
