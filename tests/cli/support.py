"""Runs the binary in a folder of its own, which goes away with the test."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

BINARY = os.environ['DOORWARD']
DEADLINE = 60  # seconds; a test that waits longer has failed

CONFIG = {
    'version': 1,
    'state': './state',
    'listen': {'address': '127.0.0.1:0'},
    'admin': {'address': '127.0.0.1:0'},
    'servers': {'files': {'command': ['cat']},
                'tickets': {'url': 'https://tickets.example/mcp'}},
    'policy': {'rules': [
        {'id': 'readers', 'effect': 'allow', 'principals': [{'group': 'dev'}], 'tools': ['files.*'],
         'classes': ['read']},
        {'id': 'writes', 'effect': 'hold', 'principals': [{'group': 'dev'}], 'classes': ['write']},
        {'id': 'leads', 'effect': 'allow', 'principals': [{'group': 'dev'}],
         'classes': ['read', 'write']},
    ]},
}


class Gateway:
    """`doorward run`, ended with the block."""

    def __init__(self, folder, *arguments):
        self.process = subprocess.Popen([BINARY, 'run', *arguments], cwd=folder, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.client = ''
        for line in self.process.stdout:
            if line.startswith('listening client '):
                self.client = line.split()[2]
            if line == 'ready\n':
                break
        with open(os.path.join(folder, 'state/local-token'), encoding='ascii') as file:
            self.token = file.read().strip()

    def call(self, tool):
        """A call that the gateway refuses or not; its answer is not looked at."""
        message = {'jsonrpc': '2.0', 'id': 1, 'method': 'tools/call',
                   'params': {'name': tool, 'arguments': {'path': 'a'}}}
        request = urllib.request.Request(
            self.client + '/mcp/files', json.dumps(message).encode(), method='POST',
            headers={'Authorization': 'Bearer ' + self.token, 'Content-Type': 'application/json',
                     'Accept': 'application/json, text/event-stream'})
        try:
            urllib.request.urlopen(request, timeout=DEADLINE).read()
        except urllib.error.HTTPError as error:
            error.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(DEADLINE)
        self.process.stdout.close()


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='doorward-cli-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.write('doorward.yaml', json.dumps(CONFIG))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as file:
            file.write(text)

    def run_it(self, *arguments):
        environment = {**os.environ, 'XDG_STATE_HOME': self.path('home')}
        return subprocess.run([BINARY, *arguments], cwd=self.folder, env=environment, text=True,
                              capture_output=True, timeout=DEADLINE, check=False)

    def check(self, code, *arguments):
        """Runs to its end; that it exits with `code`, and says a reason where it says no answer."""
        done = self.run_it(*arguments)
        self.assertEqual(done.returncode, code, f'{arguments}\n{done.stdout}{done.stderr}')
        if code >= 2:
            self.assertEqual(done.stdout, '', arguments)
            self.assertNotEqual(done.stderr, '', arguments)
        return done

    def json(self, code, *arguments):
        return json.loads(self.check(code, *arguments, '--format', 'json').stdout)

    def until(self, what, question):
        """Asks again and again; the deadline is for failures only."""
        end = time.monotonic() + DEADLINE
        while not question():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)
