"""A team's projects by way of its service (`designer serve`): for who has a name and a password there, and no more."""
