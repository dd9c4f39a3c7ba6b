import Reports
import Testing
import Verification

@Suite struct `SummaryJSON: a capture for programs` {
    @Test func `every member stands where it always stands`() {
        let text = SummaryJSON.render(
            summary("c1:s1 c1:a1 c1:x c2:no c3:s2 c3:bye gap"),
            source: "run.wscap"
        )
        #expect(
            text == #"""
                {
                  "format": "wscap-summary/1",
                  "source": "run.wscap",
                  "file": {
                    "state": "sealed",
                    "detail": "sealed"
                  },
                  "records": 15,
                  "firstTime": "2026-11-22T12:00:00.000000000Z",
                  "lastTime": "2026-11-22T12:00:00.014000000Z",
                  "seconds": 0.014,
                  "connections": [
                    {
                      "connection": "c1",
                      "clientAddress": "127.0.0.1:50000",
                      "target": "/ws",
                      "openedAt": "2026-11-22T12:00:00.000000000Z",
                      "answeredAt": "2026-11-22T12:00:00.001000000Z",
                      "status": 101,
                      "accepted": true,
                      "upgradeCaptured": true,
                      "extensions": "",
                      "endedAt": "2026-11-22T12:00:00.004000000Z",
                      "end": {
                        "origin": "server",
                        "cause": "reset",
                        "detail": "",
                        "clientClose": null,
                        "serverClose": null
                      },
                      "clientToServer": {
                        "frames": 1,
                        "bytes": 50,
                        "messages": 1
                      },
                      "serverToClient": {
                        "frames": 1,
                        "bytes": 47,
                        "messages": 1
                      }
                    },
                    {
                      "connection": "c2",
                      "clientAddress": "127.0.0.1:50000",
                      "target": "/ws",
                      "openedAt": "2026-11-22T12:00:00.005000000Z",
                      "answeredAt": "2026-11-22T12:00:00.006000000Z",
                      "status": 502,
                      "accepted": false,
                      "upgradeCaptured": true,
                      "extensions": "",
                      "endedAt": "2026-11-22T12:00:00.007000000Z",
                      "end": {
                        "origin": "server",
                        "cause": "upstream-refused",
                        "detail": "",
                        "clientClose": null,
                        "serverClose": null
                      },
                      "clientToServer": {
                        "frames": 0,
                        "bytes": 0,
                        "messages": 0
                      },
                      "serverToClient": {
                        "frames": 0,
                        "bytes": 0,
                        "messages": 0
                      }
                    },
                    {
                      "connection": "c3",
                      "clientAddress": "127.0.0.1:50000",
                      "target": "/ws",
                      "openedAt": "2026-11-22T12:00:00.008000000Z",
                      "answeredAt": "2026-11-22T12:00:00.009000000Z",
                      "status": 101,
                      "accepted": true,
                      "upgradeCaptured": true,
                      "extensions": "",
                      "endedAt": "2026-11-22T12:00:00.013000000Z",
                      "end": {
                        "origin": "client",
                        "cause": "close-handshake",
                        "detail": "",
                        "clientClose": {
                          "code": 1000,
                          "reason": ""
                        },
                        "serverClose": {
                          "code": 1000,
                          "reason": ""
                        }
                      },
                      "clientToServer": {
                        "frames": 2,
                        "bytes": 58,
                        "messages": 1
                      },
                      "serverToClient": {
                        "frames": 1,
                        "bytes": 4,
                        "messages": 0
                      }
                    }
                  ],
                  "unlistedConnections": 0,
                  "outages": [
                    {
                      "path": "/ws",
                      "from": "2026-11-22T12:00:00.004000000Z",
                      "through": "2026-11-22T12:00:00.009000000Z",
                      "seconds": 0.005,
                      "before": "c1",
                      "after": "c3",
                      "refused": 1
                    }
                  ],
                  "directions": [
                    {
                      "direction": "client-to-server",
                      "frames": 3,
                      "bytes": 108,
                      "messages": 2,
                      "opcodes": [
                        {
                          "opcode": "text",
                          "frames": 2,
                          "payloadBytes": 88
                        },
                        {
                          "opcode": "close",
                          "frames": 1,
                          "payloadBytes": 2
                        }
                      ],
                      "json": 2,
                      "types": [
                        {
                          "type": "m",
                          "messages": 2
                        }
                      ]
                    },
                    {
                      "direction": "server-to-client",
                      "frames": 2,
                      "bytes": 51,
                      "messages": 1,
                      "opcodes": [
                        {
                          "opcode": "text",
                          "frames": 1,
                          "payloadBytes": 45
                        },
                        {
                          "opcode": "close",
                          "frames": 1,
                          "payloadBytes": 2
                        }
                      ],
                      "json": 1,
                      "types": [
                        {
                          "type": "ack",
                          "messages": 1
                        }
                      ]
                    }
                  ],
                  "faults": [],
                  "marks": [],
                  "gaps": [
                    {
                      "from": "2026-11-22T12:00:00.014000000Z",
                      "through": "2026-11-22T12:00:00.014000000Z",
                      "open": false,
                      "frames": 3,
                      "bytes": 100,
                      "streamBytes": 0,
                      "connection": null,
                      "direction": null,
                      "reason": "the disk was full"
                    }
                  ],
                  "notes": []
                }

                """#
        )
    }
}
