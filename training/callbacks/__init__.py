"""What happens beside training: files, measures, endings."""
