// A small certificate authority for tests, by the openssl program.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });

export function makeAuthority(name = 'tests') {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-ca-'));
  const at = (file) => join(folder, file);
  const newKey = (file) => openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', at(file));
  newKey('ca.key');
  openssl('req', '-x509', '-new', '-key', at('ca.key'), '-subj', `/CN=${name}`, '-days', '2', '-out', at('ca.pem'),
    '-addext', 'basicConstraints=critical,CA:TRUE');
  let serial = 0;
  return {
    ca: at('ca.pem'),
    /** A certificate for `san` (`DNS:localhost,IP:127.0.0.1`): `{ certificate, key }`, paths. */
    issue(san, { days = 1, cn = 'leaf', into } = {}) {
      const id = `leaf${++serial}`;
      newKey(`${id}.key`);
      openssl('req', '-new', '-key', at(`${id}.key`), '-subj', `/CN=${cn}`, '-out', at(`${id}.csr`));
      writeFileSync(at(`${id}.ext`), san ? `subjectAltName=${san}\n` : 'basicConstraints=CA:FALSE\n');
      openssl('x509', '-req', '-in', at(`${id}.csr`), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-set_serial', String(1000 + serial),
        '-days', String(days), '-extfile', at(`${id}.ext`), '-out', into?.certificate ?? at(`${id}.pem`));
      if (into) writeFileSync(into.key, readFileSync(at(`${id}.key`)));
      return into ?? { certificate: at(`${id}.pem`), key: at(`${id}.key`) };
    },
    /** One for `san` that ends `seconds` from now. */
    issueBriefly(san, seconds) {
      const id = `leaf${++serial}`;
      const utc = (ms) => `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;
      newKey(`${id}.key`);
      openssl('req', '-new', '-key', at(`${id}.key`), '-subj', '/CN=brief', '-out', at(`${id}.csr`));
      writeFileSync(at('index'), '');
      writeFileSync(at('serial'), `${2000 + serial}`);
      writeFileSync(at('ca.cnf'), ['[ca]', 'default_ca = d', '[d]', `database = ${at('index')}`, `serial = ${at('serial')}`,
        `new_certs_dir = ${folder}`, 'default_md = sha256', 'policy = p', 'x509_extensions = e', '[p]', 'commonName = optional',
        '[e]', `subjectAltName = ${san}`, ''].join('\n'));
      openssl('ca', '-batch', '-notext', '-config', at('ca.cnf'), '-cert', at('ca.pem'), '-keyfile', at('ca.key'), '-in', at(`${id}.csr`),
        '-out', at(`${id}.pem`), '-startdate', utc(Date.now() - 60_000), '-enddate', utc(Date.now() + seconds * 1000));
      return { certificate: at(`${id}.pem`), key: at(`${id}.key`) };
    },
    /** What `pin_sha256` holds for it. */
    pin(certificate) {
      const publicKey = openssl('x509', '-in', certificate, '-noout', '-pubkey');
      const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: publicKey });
      return execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: der }).toString('base64');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
