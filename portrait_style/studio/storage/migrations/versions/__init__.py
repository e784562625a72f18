"""The versions, a file each."""
