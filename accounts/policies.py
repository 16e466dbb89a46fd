"""Who may do what with people, memberships and tokens."""

from common.scope import Role, Scope


def can_manage_people(scope: Scope) -> bool:
    """Administrators invite, give and end roles, block and unblock."""
    return scope.has(Role.ADMINISTRATOR)


def can_block(scope: Scope, user_id: int) -> bool:
    """An administrator blocks anybody but himself, so that the portal is never left without one."""
    return can_manage_people(scope) and scope.user_id != user_id


def can_end_membership(scope: Scope, *, user_id: int, role: str, is_last: bool) -> bool:
    """An administrator ends any membership but his own last one as administrator.

    `is_last` says that the person has no other membership of this role in force.
    """
    own_last = user_id == scope.user_id and role == Role.ADMINISTRATOR and is_last
    return can_manage_people(scope) and not own_last


def can_edit_profile(scope: Scope) -> bool:
    """Everybody who is signed in, his own."""
    return scope.user_id is not None


def can_hold_api_tokens(scope: Scope) -> bool:
    """People with a role in force; a token has no more rights than its owner has at that moment."""
    return scope.user_id is not None and not scope.is_public


def can_manage_audit_tokens(scope: Scope) -> bool:
    """Administrators hand out the keys of auditors; so does the command on the server."""
    return scope.has(Role.ADMINISTRATOR)


def can_see_appointments(scope: Scope) -> bool:
    """The whole centre reads how the appointment of coordinators goes."""
    return scope.is_centre


def can_appoint(scope: Scope) -> bool:
    """Administrators and controllers run the campaigns, record appointments and hand a region over."""
    return scope.has(Role.ADMINISTRATOR, Role.CONTROLLER)


def can_announce_leave(scope: Scope, *, user_id: int, region_code: str) -> bool:
    """A coordinator announces his own leave; whoever appoints coordinators announces anybody's."""
    own = scope.user_id == user_id and region_code in scope.coordinated
    return own or can_appoint(scope)
