"""Other ways of stylizing a portrait, trained by the same data and minutes as ours."""
