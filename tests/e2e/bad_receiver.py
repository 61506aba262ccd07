#!/usr/bin/env python3
"""Webhook receivers with bad habits: /flaky answers 500 twice and then 204, /hang never answers.

    bad_receiver.py FILE PORTFILE     writes "path status key" of every request to FILE, the port to PORTFILE
"""
import http.server
import sys
import threading
import time

requests = []
lock = threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with lock:
            before = requests.count(self.path)
            requests.append(self.path)
        status = 0 if self.path == "/hang" else 500 if before < 2 else 204
        with lock, open(sys.argv[1], "a", encoding="utf-8") as out:
            out.write(f"{self.path} {status} {self.headers.get('Idempotency-Key')}\n")
        if status == 0:
            time.sleep(3600)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
with open(sys.argv[2], "w", encoding="utf-8") as port:
    port.write(str(server.server_address[1]))
server.serve_forever()
