"""Who someone is: logins, passwords, codes and keys go in, a Person with the role of this moment comes out, or None.

sign_in      login, password, code | limits | passwords | codes   -> a session
who          a session or a key                                   -> Person, read anew at each request
people       name, role, regions                                  -> a person with an account
All rules are functions over a Store; the moment is an argument, and so is what makes tokens.
"""

from matcher.accounts.codes import confirm, enrol
from matcher.accounts.keys import make_key, who_by_key
from matcher.accounts.limits import LONGEST
from matcher.accounts.passwords import HASHER, LEAST, MOST
from matcher.accounts.people import add, change, demo_accounts, has_demo_accounts
from matcher.accounts.signing import (
    ABSOLUTE,
    IDLE,
    LINK_HOURS,
    change_password,
    choose_password,
    holds,
    invite,
    lets_in,
    sign_in,
    sign_in_vouched,
    sign_out,
    sign_out_everywhere,
    start_session,
    who_by_session,
)
from matcher.accounts.tokens import digest, pseudonym

__all__ = [
    "ABSOLUTE", "HASHER", "IDLE", "LEAST", "LINK_HOURS", "LONGEST", "MOST", "add", "change", "change_password",
    "choose_password", "confirm", "demo_accounts", "digest", "enrol", "has_demo_accounts", "holds", "invite", "lets_in",
    "make_key", "pseudonym", "sign_in", "sign_in_vouched", "sign_out", "sign_out_everywhere",
    "start_session", "who_by_key", "who_by_session",
]  # fmt: skip
