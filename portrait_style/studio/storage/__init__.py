"""What the studio keeps: rows in SQLite, and files in a folder."""
