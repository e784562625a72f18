"""What the studio's server answers, a module a subject."""
