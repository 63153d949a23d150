"""The tables of the store, one module for each subject; importing this knows them all."""

from designer_kernel.store.tables import answers as answers
from designer_kernel.store.tables import audits as audits
from designer_kernel.store.tables import connections as connections
from designer_kernel.store.tables import people as people
from designer_kernel.store.tables import presences as presences
from designer_kernel.store.tables import projects as projects
from designer_kernel.store.tables import sample_jobs as sample_jobs
from designer_kernel.store.tables import sessions as sessions
from designer_kernel.store.tables import turns as turns
from designer_kernel.store.tables import workspaces as workspaces
