"""Mathematics without state, shared by layers, losses, models and measures."""
