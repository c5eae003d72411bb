/** The sentences that people read when disk or network fail: what happened, why, what to do, and the code. */
import { strictEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { DirectoryLockedError, DiskError } from './disk-errors.ts';
import { isOperationalError } from './errors.ts';
import { NetworkError, TlsError } from './network-errors.ts';

const at = { host: 'kafka', port: 9092 };

const rows: readonly (readonly [why: string, error: Error, want: string])[] = [
  [
    'a full disk says so, with what was written',
    new DiskError('append to', '/data/a.log', 'ENOSPC', { detail: '10 of 20 bytes were written' }),
    'cannot append to /data/a.log: the disk is full (10 of 20 bytes were written). Free space or grow the disk; shorter ' +
      'retention (retention.ms, retention.bytes) keeps it from filling again. [ERR_DISK_FULL, ENOSPC]',
  ],
  [
    'a read-only file system is a matter of permission',
    new DiskError('open', '/data/a.log', 'EROFS'),
    'cannot open /data/a.log: the file system is read-only. Give this user the directory (chown), or choose another one; in ' +
      'a container check the volume and its SELinux label. [ERR_DISK_PERMISSION, EROFS]',
  ],
  [
    'what we do not know is a disk that failed',
    new DiskError('sync', '/data/a.log', 'EREMOTEIO'),
    'cannot sync /data/a.log: the disk failed. Look for the cause in the system log (dmesg), then check or replace the disk; ' +
      'data on it may be damaged. [ERR_DISK_IO, EREMOTEIO]',
  ],
  [
    'a locked directory names its holder',
    new DirectoryLockedError('/data', { pid: 1969, command: 'java kafka.Kafka' }),
    'directory /data is in use by pid 1969 (java kafka.Kafka). Two brokers on one directory would destroy its data: stop the ' +
      'other one, or choose another directory (--data, log.dirs). [ERR_DISK_DIRECTORY_LOCKED]',
  ],
  [
    'a holder whose command may not be read is known by its pid',
    new DirectoryLockedError('/data', { pid: 1969, command: null }),
    'directory /data is in use by pid 1969. Two brokers on one directory would destroy its data: stop the other one, or ' +
      'choose another directory (--data, log.dirs). [ERR_DISK_DIRECTORY_LOCKED]',
  ],
  [
    'a taken port names who has it',
    new NetworkError('listen on', at, 'EADDRINUSE', { holder: { pid: 1969, command: 'java' } }),
    'cannot listen on kafka:9092: the port is taken (by pid 1969 (java)). Stop what listens there, or choose another port ' +
      '(port 0 picks a free one). [ERR_NETWORK_ADDRESS_IN_USE, EADDRINUSE]',
  ],
  [
    'an IPv6 address stands in brackets',
    new NetworkError('connect to', { host: '::1', port: 9092 }, 'ECONNREFUSED'),
    'cannot connect to [::1]:9092: nothing listens there. Check that the server runs and that host and port are right. ' +
      '[ERR_NETWORK_REFUSED, ECONNREFUSED]',
  ],
  [
    'what we do not know is a network that failed',
    new NetworkError('exchange data with', at, 'EPROTO'),
    "cannot exchange data with kafka:9092: the network failed. Check the network; the error code names the system call's " +
      'reason. [ERR_NETWORK_FAILED, EPROTO]',
  ],
  [
    'a certificate is shown',
    new TlsError('connect to', at, 'CERT_HAS_EXPIRED', {
      certificate: { subject: 'CN=kafka', issuer: 'CN=ca', validFrom: 'Jan 1', validTo: 'Jan 2', names: 'DNS:kafka' },
    }),
    'cannot connect to kafka:9092: its certificate has expired (subject CN=kafka, issuer CN=ca, for DNS:kafka, valid until ' +
      'Jan 2). Renew it, or check the clock of this machine. [ERR_NETWORK_TLS, CERT_HAS_EXPIRED]',
  ],
  [
    'a handshake that fails for a reason of its own names it',
    new TlsError('accept on', at, 'ERR_SSL_DH_KEY_TOO_SMALL'),
    'cannot accept on kafka:9092: the TLS handshake failed. The reason code says why; compare the TLS settings of both ' +
      'sides. [ERR_NETWORK_TLS, ERR_SSL_DH_KEY_TOO_SMALL]',
  ],
];

for (const [why, error, want] of rows) {
  test(`what people read: ${why}`, () => {
    strictEqual(error.message, want);
    strictEqual(isOperationalError(error), true);
  });
}
