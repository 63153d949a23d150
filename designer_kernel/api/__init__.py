"""The team's designer over HTTP: thin routes, each of which asks `Team.do` and nothing else."""
