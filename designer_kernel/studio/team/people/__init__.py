"""People: how they become known, log in, stay logged in and leave; and who acts where there is no login."""

from designer_kernel.studio.team.people.actors import actor_of as actor_of
from designer_kernel.studio.team.people.changing import change_password as change_password
from designer_kernel.studio.team.people.changing import me as me
from designer_kernel.studio.team.people.families import PersonView as PersonView
from designer_kernel.studio.team.people.families import Tokens as Tokens
from designer_kernel.studio.team.people.first_owner import claim as claim
from designer_kernel.studio.team.people.first_owner import offer_code as offer_code
from designer_kernel.studio.team.people.leaving import log_out as log_out
from designer_kernel.studio.team.people.leaving import log_out_everywhere as log_out_everywhere
from designer_kernel.studio.team.people.local import actor_here as actor_here
from designer_kernel.studio.team.people.logging_in import log_in as log_in
from designer_kernel.studio.team.people.managing import activate as activate
from designer_kernel.studio.team.people.managing import deactivate as deactivate
from designer_kernel.studio.team.people.managing import offer_reset as offer_reset
from designer_kernel.studio.team.people.refreshing import refresh as refresh
from designer_kernel.studio.team.people.registering import register as register
from designer_kernel.studio.team.people.resetting import reset_password as reset_password
