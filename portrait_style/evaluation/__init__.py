"""Draw photos in styles, measure the results, and report."""
