"""Checks that JSON reports are what their schema says.

    check_verdict.py SCHEMA REPORT…

The schema itself is checked first. Members that it does not know are allowed to programs, and refused here:
what is written is to be documented. Prints one line for each problem and exits with 1.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator


def closed(schema):
    """The schema with no room for members that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in result and isinstance(result["properties"], dict):
        result.setdefault("additionalProperties", False)
    return result


def main() -> int:
    """Checks; the answer is the exit code."""
    schema = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(
        closed(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)
    found = 0
    for name in sys.argv[2:]:
        document = json.loads(Path(name).read_text(encoding="utf-8"))
        for error in validator.iter_errors(document):
            causes = [error, *(error.context or [])]
            found += 1
            for cause in causes[:10]:
                print(f"{name}: {cause.json_path}: {cause.message[:300]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
