"""From a report's name and period to a page that is either right or visibly absent."""

import sys
from typing import Any

# nbformat imports jsonschema, and that would build a grammar of web addresses, which takes seconds
# in every process and which no notebook needs. It does without where the module is missing.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("rfc3987_syntax", None)
