"""From what a router runs to what it should run: what that means, in which order, and the way back."""
