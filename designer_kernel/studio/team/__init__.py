"""What a team does together in the store: every use case once, as a function with an explicit actor."""
