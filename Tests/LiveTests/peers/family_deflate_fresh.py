"""permessage-deflate whose window begins anew with every message (no context takeover)."""

from family_deflate import SCENARIOS
from scenario import Family

FAMILY = Family(SCENARIOS, context_takeover=False)
