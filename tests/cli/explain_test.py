"""`doorward policy`, `sandbox explain` and `doctor`: exit codes and answers."""
import json
import socket
import unittest

from support import CONFIG, CliTest, Gateway


class PolicyTest(CliTest):
    CALL = ('policy', 'explain', '--user', 'ana', '--group', 'dev', '--tool')

    def test_explain(self):
        self.assertIn('allowed by rule `readers`',
                      self.check(0, *self.CALL, 'files.read_file').stdout)
        self.assertIn('held by rule `writes`',
                      self.check(1, *self.CALL, 'files.write_file').stdout)
        denied = self.json(1, 'policy', 'explain', '--user', 'ana', '--tool', 'files.read_file')
        self.assertEqual((denied['decision'], denied['reason']), ('deny', 'no_rule'))
        self.assertEqual([rule['miss'] for rule in denied['rules']],
                         ['principals', 'classes', 'principals'])
        self.check(0, *self.CALL, 'files.read_file', '--arguments', '{"path":"a"}')
        self.check(0, *self.CALL, 'files.read_file', '--group', 'other', '--scope', 'x')

    def test_explain_usage(self):
        self.check(2, *self.CALL, 'read_file')
        self.check(2, *self.CALL, 'files.read_file', '--arguments', '[]')
        self.check(2, 'policy', 'explain', '--tool', 'files.read_file')
        self.check(2, *self.CALL, 'files.read_file', '--config', 'missing.yaml')
        self.write('bad.yaml', 'version: 1\npolicy: { rules: [{ id: a, efect: allow }] }\n')
        done = self.check(2, *self.CALL, 'files.read_file', '--config', 'bad.yaml')
        self.assertIn('bad.yaml:2: policy.rules[0].efect', done.stderr)

    def test_cases(self):
        case = {'principal': {'user': 'ana', 'groups': ['dev']}, 'call': {'tool': 'files.read_file'},
                'expect': {'decision': 'allow', 'rule': 'readers'}}
        self.write('cases.yaml', json.dumps({'cases': [case]}))
        self.assertEqual(self.check(0, 'policy', 'test', 'cases.yaml').stdout, '1 case, all hold\n')
        case['expect'] = {'decision': 'deny'}
        self.write('cases.yaml', json.dumps({'cases': [case]}))
        self.assertEqual(self.json(1, 'policy', 'test', 'cases.yaml')['failed'], 1)
        self.write('cases.yaml', 'cases: [{ call: { tool: a.b } }]')
        self.assertIn('cases.yaml:1: cases[0]: `principal` is missing',
                      self.check(2, 'policy', 'test', 'cases.yaml').stderr)
        self.check(2, 'policy', 'test', 'missing.yaml')
        self.check(2, 'policy', 'test')


class SandboxTest(CliTest):
    def test_explain(self):
        done = self.run_it('sandbox', 'explain', 'files', '--format', 'json')
        powers = json.loads(done.stdout)
        # Whether it could start depends on this host; the exit code says it.
        self.assertEqual(done.returncode, 1 if 'refused' in powers else 0)
        self.assertEqual(powers['server'], 'files')
        self.assertFalse(self.json(0, 'sandbox', 'explain', 'tickets')['local'])
        self.assertIn('`files`', self.check(2, 'sandbox', 'explain', 'other').stderr)
        self.check(2, 'sandbox', 'explain')


class DoctorTest(CliTest):
    def item(self, name):
        done = self.run_it('doctor', '--format', 'json')
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report['fine'] else 1)
        self.assertEqual(report['fine'], all(i['level'] == 'ok' for i in report['items']))
        return next(item for item in report['items'] if item['name'] == name)

    def test_a_taken_port(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen(1)
            address = f'127.0.0.1:{taken.getsockname()[1]}'
            self.write('doorward.yaml', json.dumps({**CONFIG, 'listen': {'address': address}}))
            self.assertEqual(self.item('client port')['level'], 'missing')
            self.assertIn('mend', self.item('client port'))
        self.assertEqual(self.item('operator port')['level'], 'ok')

    def test_it_reports_without_changing_anything(self):
        self.assertEqual(self.item('state folder')['level'], 'ok')
        self.check(3, 'audit', 'verify')
        with Gateway(self.folder):
            pass
        self.assertEqual(self.item('operator-token')['level'], 'ok')
        self.check(2, 'doctor', '--config', 'missing.yaml')


class HelpTest(CliTest):
    def test_every_command_has_help(self):
        top = self.check(0, '--help').stdout
        for command in ('audit', 'policy', 'sandbox', 'doctor'):
            self.assertIn(command, top)
        for command in (('policy', 'explain'), ('policy', 'test'), ('sandbox', 'explain'),
                        ('doctor',)):
            text = self.check(0, *command, '--help').stdout
            self.assertIn('--config', text)
            self.assertIn('--format', text)


if __name__ == '__main__':
    unittest.main()
