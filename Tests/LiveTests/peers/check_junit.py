"""Checks that a report is JUnit XML, and says what the JSON report of the same captures says.

    check_junit.py JUNIT JSON

The XML is held against the schema beside this script (`xmlschema`) and read by PyPI `junitparser`; counts
must be what is there, and each check must have the element that its outcome asks for. Prints one line for
each problem and exits with 1.
"""

import json
import sys
from pathlib import Path

import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped

ELEMENTS = {"pass": None, "fail": Failure, "inconclusive": Skipped, "not-applicable": Skipped}


def expected(verdict: dict) -> dict:
    """The element of each check."""
    elements = {}
    for check in verdict["checks"]:
        element = ELEMENTS[check["countsAs"]]
        if check["check"] == "capture" and verdict["file"]["state"] == "damaged":
            element = Error
        elements[check["check"]] = element
    return elements


def problems(junit: Path, verdicts: list[dict], not_read: list[dict]):
    """What is wrong with the report."""
    schema = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
    for error in schema.iter_errors(str(junit)):
        yield f"against the schema: {error.path}: {error.reason}"
    xml = JUnitXml.fromfile(str(junit))
    suites = {suite.name: suite for suite in xml}
    if len(suites) != len(verdicts) + len(not_read):
        yield f"{len(suites)} suites for {len(verdicts)} verdicts and {len(not_read)} not read"
    totals = [0, 0, 0]
    for suite in xml:
        results = [result for case in suite for result in case.result]
        counts = [sum(isinstance(result, kind) for result in results)
                  for kind in (Failure, Error, Skipped)]
        said = [suite.failures, suite.errors, suite.skipped]
        if counts != said or suite.tests != len(list(suite)):
            yield f"{suite.name}: says {said} of {suite.tests}, has {counts} of {len(list(suite))}"
        totals = [totals[0] + suite.tests, totals[1] + counts[0], totals[2] + counts[1]]
    if [xml.tests, xml.failures, xml.errors] != totals:
        yield f"says {[xml.tests, xml.failures, xml.errors]}, has {totals}"
    for verdict in verdicts:
        suite = suites.get(verdict["source"])
        if suite is None:
            yield f"no suite is called {verdict['source']!r}"
            continue
        found = {case.name: type(case.result[0]) if case.result else None for case in suite}
        if found != expected(verdict):
            yield f"{suite.name}: {found} instead of {expected(verdict)}"
        figures = {prop.name: prop.value for prop in suite.properties()}
        for name, value in verdict["figures"].items():
            if figures.get(name) != str(value):
                yield f"{suite.name}: {name} is {figures.get(name)}, and {value} in JSON"
        for check in verdict["checks"]:
            case = next(case for case in suite if case.name == check["check"])
            text = "".join(result.text or "" for result in case.result) + (case.system_out or "")
            for finding in check["findings"][:100]:
                if finding["explanation"][:1900] not in text:
                    yield f"{suite.name}: {check['check']} does not tell: {finding['explanation']}"
    for trouble in not_read:
        cases = list(suites[trouble["source"]])
        if [type(result) for case in cases for result in case.result] != [Error]:
            yield f"{trouble['source']}: not read, and no error"


def main() -> int:
    """Checks; the answer is the exit code."""
    document = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    single = document["format"] == "wscap-verdict/1"
    verdicts = [document] if single else document["verdicts"]
    found = list(problems(Path(sys.argv[1]), verdicts, [] if single else document["notRead"]))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
