"""Long work of the studio, in a process of its own."""
