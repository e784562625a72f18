"""A page that draws in the browser: a static folder, to host anywhere."""
