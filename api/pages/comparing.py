"""."""

from flask import Blueprint

blueprint = Blueprint("comparing", __name__)
