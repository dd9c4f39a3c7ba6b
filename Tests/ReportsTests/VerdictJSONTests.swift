import Reports
import Testing
import Verification

@Suite struct `VerdictJSON: a verdict for programs` {
    @Test func `every member stands where it always stands`() {
        let text = VerdictJSON.render(
            verdict("c1:s1-2 c1:a1 c1:w1 c1:x c2:s5 c2:bye"),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                {
                  "format": "wscap-verdict/1",
                  "source": "run.wscap",
                  "outcome": "fail",
                  "exit": "fail",
                  "line": {
                    "moved": false,
                    "strict": false,
                    "failOn": null,
                    "allowEmpty": false
                  },
                  "file": {
                    "state": "sealed",
                    "detail": "sealed"
                  },
                  "figures": {
                    "connections": 2,
                    "refused": 0,
                    "frames": 6,
                    "messages": 4,
                    "delivered": 2,
                    "recovered": 0,
                    "resent": 0,
                    "duplicates": 0,
                    "lost": 3,
                    "unknown": 0
                  },
                  "checks": [
                    {
                      "check": "protocol",
                      "outcome": "pass",
                      "countsAs": "pass",
                      "summary": "6 frames on 2 connections",
                      "reasons": [],
                      "counts": {},
                      "omittedFindings": 0,
                      "findings": []
                    },
                    {
                      "check": "integrity",
                      "outcome": "pass",
                      "countsAs": "pass",
                      "summary": "4 messages, 4 of them JSON",
                      "reasons": [],
                      "counts": {},
                      "omittedFindings": 0,
                      "findings": []
                    },
                    {
                      "check": "order",
                      "outcome": "pass",
                      "countsAs": "pass",
                      "summary": "1 numbered stream",
                      "reasons": [],
                      "counts": {},
                      "omittedFindings": 0,
                      "findings": []
                    },
                    {
                      "check": "loss",
                      "outcome": "fail",
                      "countsAs": "fail",
                      "summary": "3 lost, 2 delivered",
                      "reasons": [],
                      "counts": {
                        "lost": 3
                      },
                      "omittedFindings": 0,
                      "findings": [
                        {
                          "anomaly": "lost",
                          "cause": "in-flight",
                          "direction": "client-to-server",
                          "stream": "m",
                          "sequences": {
                            "first": 2,
                            "last": 2
                          },
                          "messages": 1,
                          "explanation": "m 2 came by on c1 → frame 2 at 12:00:00.003, and never went on to the server before c1 was reset by the server at 12:00:00.005. It was not sent again on c2.",
                          "proof": [
                            {
                              "source": "run.wscap",
                              "connection": "c1",
                              "direction": "client-to-server",
                              "frame": 2,
                              "reference": "c1→2",
                              "time": "2026-11-22T12:00:00.003000000Z"
                            }
                          ]
                        },
                        {
                          "anomaly": "lost",
                          "cause": "never-sent",
                          "direction": "client-to-server",
                          "stream": "m",
                          "sequences": {
                            "first": 3,
                            "last": 4
                          },
                          "messages": 2,
                          "explanation": "m 3–4 (2 messages) never came by: after 2 on c1 → frame 2 at 12:00:00.003 follows 5 on c2 → frame 1 at 12:00:00.008.",
                          "proof": [
                            {
                              "source": "run.wscap",
                              "connection": "c1",
                              "direction": "client-to-server",
                              "frame": 2,
                              "reference": "c1→2",
                              "time": "2026-11-22T12:00:00.003000000Z"
                            },
                            {
                              "source": "run.wscap",
                              "connection": "c2",
                              "direction": "client-to-server",
                              "frame": 1,
                              "reference": "c2→1",
                              "time": "2026-11-22T12:00:00.008000000Z"
                            }
                          ]
                        }
                      ]
                    },
                    {
                      "check": "capture",
                      "outcome": "pass",
                      "countsAs": "pass",
                      "summary": "sealed, no gaps",
                      "reasons": [],
                      "counts": {},
                      "omittedFindings": 0,
                      "findings": []
                    }
                  ],
                  "detected": [
                    {
                      "direction": "client-to-server",
                      "type": "type",
                      "part": null,
                      "sequence": "sequence",
                      "identifier": null,
                      "timestamp": null,
                      "scope": "type and part",
                      "messages": 3,
                      "acknowledgements": 0,
                      "greetings": 0,
                      "sequenced": 3,
                      "sequencedShare": 1,
                      "steps": 1,
                      "stepsOfOne": 1,
                      "stepShare": 1
                    },
                    {
                      "direction": "server-to-client",
                      "type": null,
                      "part": null,
                      "sequence": null,
                      "identifier": null,
                      "timestamp": null,
                      "scope": "type and part",
                      "messages": 0,
                      "acknowledgements": 1,
                      "greetings": 0,
                      "sequenced": 0,
                      "sequencedShare": 0,
                      "steps": 0,
                      "stepsOfOne": 0,
                      "stepShare": 1
                    }
                  ],
                  "notes": []
                }

                """#
        )
    }
}
