"""`doorward audit` beside a running gateway, behind it, and on a log that was tampered with."""
import glob
import json
import os
import shutil
import subprocess
import unittest

from support import BINARY, CliTest, Gateway


class AuditTest(CliTest):
    def entries(self):
        done = self.check(0, 'audit', 'tail', '-n', '1000', '--format', 'json')
        return [json.loads(line) for line in done.stdout.splitlines()]

    def make_log(self, calls=3):
        with Gateway(self.folder) as gateway:
            for _ in range(calls):
                gateway.call('read_file')

    def test_a_running_gateway_is_read_without_disturbing_it(self):
        with Gateway(self.folder) as gateway:
            before = len(self.entries())
            gateway.call('read_file')
            after = self.entries()
            self.assertEqual(len(after), before + 1)
            self.assertEqual(after[-1]['principal'], 'local')
            self.assertTrue(self.json(0, 'audit', 'verify')['holds'])
            follow = subprocess.Popen([BINARY, 'audit', 'tail', '--follow', '-n', '1', '--principal',
                                       'local', '--format', 'json'], cwd=self.folder, text=True,
                                      stdout=subprocess.PIPE)
            try:
                self.assertEqual(json.loads(follow.stdout.readline())['seq'], after[-1]['seq'])
                gateway.call('read_file')
                self.assertEqual(json.loads(follow.stdout.readline())['seq'],
                                 after[-1]['seq'] + 1)
            finally:
                follow.kill()
                follow.wait()
                follow.stdout.close()
        self.assertEqual(gateway.process.returncode, 0)
        self.assertTrue(self.json(0, 'audit', 'verify')['holds'])

    def test_filters(self):
        self.make_log()
        tail = lambda *filters: self.check(0, 'audit', 'tail', *filters).stdout.splitlines()
        self.assertEqual(len(tail('--principal', 'local')), 3)
        self.assertEqual(len(tail('--principal', 'local', '-n', '2')), 2)
        self.assertEqual(len(tail('--server', 'files', '--verdict', 'deny')), 3)
        self.assertEqual(tail('--server', 'tickets'), [])
        self.check(2, 'audit', 'tail', '--verdict', 'maybe')

    def test_a_changed_entry_is_found_and_nothing_of_it_is_proved_or_exported(self):
        self.make_log()
        checkpoint = self.path('kept')
        shutil.copy(self.path('state/audit/checkpoint'), checkpoint)
        self.check(0, 'audit', 'verify', '--against', checkpoint)
        files = glob.glob(self.path('state/audit/tile/entries/**/*'), recursive=True)
        bundle = max((name for name in files if os.path.isfile(name)), key=os.path.getsize)
        with open(bundle, 'r+b') as file:
            text = file.read()
            at = text.rindex(b'"principal":"local"')
            file.seek(at)
            file.write(b'"principal":"loca1"')
        found = self.json(1, 'audit', 'verify')
        self.assertFalse(found['holds'])
        finding = found['logs'][0]['findings'][0]
        self.assertEqual(finding['code'], 'audit.entry_changed')
        self.assertEqual(finding['index'], 3)
        self.assertIn('does NOT hold', self.check(1, 'audit', 'verify').stdout)
        self.check(1, 'audit', 'verify', '--against', checkpoint)
        self.assertEqual(self.check(1, 'audit', 'export').stdout, '')
        self.check(1, 'audit', 'prove', '3')

    def test_a_log_cut_back_shows_by_a_checkpoint_kept_elsewhere(self):
        self.make_log(1)
        shutil.copytree(self.path('state/audit'), self.path('older'))
        self.make_log(2)
        shutil.copy(self.path('state/audit/checkpoint'), self.path('kept'))
        shutil.rmtree(self.path('state/audit'))
        os.rename(self.path('older'), self.path('state/audit'))
        # What the last run kept shows it too; whoever cuts the log back takes that along.
        self.check(1, 'audit', 'verify')
        os.remove(self.path('state/last_checkpoint'))
        self.check(0, 'audit', 'verify')
        found = self.json(1, 'audit', 'verify', '--against', self.path('kept'))
        self.assertIn('audit.rolled_back',
                      [finding['code'] for finding in found['logs'][0]['findings']])

    def test_a_log_that_was_removed_is_a_finding(self):
        self.make_log(1)
        shutil.rmtree(self.path('state/audit'))
        self.check(1, 'audit', 'verify')

    def test_logs_of_wrap_are_verified_too(self):
        self.check(3, 'audit', 'verify')  # nothing ran yet
        for _ in range(2):
            subprocess.run([BINARY, 'wrap', '--config', 'doorward.yaml', '--', 'cat'],
                           cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                           timeout=60, check=False)
        found = self.json(0, 'audit', 'verify')
        self.assertEqual(len(found['logs']), 2)
        self.make_log(1)
        self.assertEqual(len(self.json(0, 'audit', 'verify')['logs']), 3)
        for name in glob.glob(self.path('state/wrap/*/audit/checkpoint'))[:1]:
            os.remove(name)
        self.check(1, 'audit', 'verify')

    def test_export_and_proof(self):
        self.make_log()
        lines = [json.loads(line) for line in self.check(0, 'audit', 'export').stdout.splitlines()]
        self.assertEqual([line['index'] for line in lines[:-1]], list(range(len(lines) - 1)))
        self.assertTrue(all(len(line['leaf']) == 64 and line['proof'] for line in lines[:-1]))
        with open(self.path('state/audit/checkpoint'), encoding='utf-8') as file:
            self.assertEqual(lines[-1]['checkpoint'], file.read())
        some = self.check(0, 'audit', 'export', '--from', '1', '--to', '3').stdout.splitlines()
        self.assertEqual([json.loads(line).get('index') for line in some], [1, 2, None])
        self.assertEqual(self.json(0, 'audit', 'prove', '2')['index'], 2)
        self.assertIn('c2sp.org/tlog-proof@v1', self.check(0, 'audit', 'prove', '2').stdout)
        self.check(1, 'audit', 'prove', '1000')
        self.check(2, 'audit', 'prove', 'x')
        self.check(2, 'audit', 'prove')
        self.check(2, 'audit', 'export', '--from', '3', '--to', '1')
        trace = self.check(0, 'audit', 'export', '--trace').stdout.splitlines()
        self.assertIn('files', [json.loads(line).get('server') for line in trace])

    def test_usage(self):
        self.check(2, 'audit')
        self.check(2, 'audit', 'verify', '--nonsense')
        self.check(2, 'audit', 'verify', '--config', 'missing.yaml')
        self.check(2, 'audit', 'verify', '--against', self.path('missing'))
        self.check(3, 'audit', 'verify', '--folder', self.path('missing'))
        self.check(3, 'audit', 'tail')
        for command in ('verify', 'export', 'tail', 'prove'):
            self.assertIn('--config', self.check(0, 'audit', command, '--help').stdout)


if __name__ == '__main__':
    unittest.main()
