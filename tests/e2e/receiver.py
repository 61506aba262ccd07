#!/usr/bin/env python3
"""A webhook receiver: appends every body it is sent to a file, with its idempotency key.

    receiver.py FILE PORTFILE      listens on a free loopback port and writes the number to PORTFILE
"""
import http.server
import json
import sys
import time


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with open(sys.argv[1], "a", encoding="utf-8") as out:
            out.write(json.dumps({"key": self.headers.get("Idempotency-Key"),
                                  "at_ms": int(time.time() * 1000),
                                  "body": json.loads(body)}) + "\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
with open(sys.argv[2], "w", encoding="utf-8") as port:
    port.write(str(server.server_address[1]))
server.serve_forever()
