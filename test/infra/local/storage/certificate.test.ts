import { X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { newAuthority, newCertificate } from '../../../../infra/local/storage/certificate.ts';
import { listenOnLoopback } from '../../../../infra/local/storage/loopback-server.ts';

const NAMES = ['*.s3.amazonaws.com', 's3.amazonaws.com', '127.0.0.1'];

function authorized(port: number, ca: string, servername: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername }, () => {
      resolve(socket.authorized);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}

describe('a new certificate', () => {
  test('says what it is asked to say', () => {
    const { cert } = newCertificate(NAMES, 30);
    const read = new X509Certificate(cert);
    expect(read.subjectAltName).toBe('DNS:*.s3.amazonaws.com, DNS:s3.amazonaws.com, IP Address:127.0.0.1');
    expect(read.ca).toBe(true);
    expect(read.verify(read.publicKey)).toBe(true);
    const day = 86_400_000;
    expect(Math.round((Date.parse(read.validTo) - Date.now()) / day)).toBe(30);
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
    expect(new X509Certificate(newCertificate(NAMES).cert).serialNumber).not.toBe(read.serialNumber);
  });

  test('has a validity beyond the two digits of a year', () => {
    const read = new X509Certificate(newCertificate(NAMES, 36_500).cert);
    expect(new Date(read.validTo).getUTCFullYear()).toBeGreaterThan(2100);
  });

  test('is trusted for its names by who trusts it, and for nothing else', async () => {
    const identity = newCertificate(NAMES);
    const server = await listenOnLoopback((_, response) => response.end('over TLS'), 0, identity);
    try {
      expect(await authorized(server.port, identity.cert, 'bucket.s3.amazonaws.com')).toBe(true);
      expect(await authorized(server.port, identity.cert, 'example.test')).toBe(false);
      expect(await authorized(server.port, newCertificate(NAMES).cert, 's3.amazonaws.com')).toBe(false);
      const body = await new Promise<string>((resolve, reject) => {
        const sent = request(`${server.url}/`, { ca: identity.cert }, (answer) => {
          answer.setEncoding('utf8').once('data', resolve);
        });
        sent.once('error', reject).end();
      });
      expect(body).toBe('over TLS');
    } finally {
      await server.stop();
    }
  });
});

test('an authority is trusted for what it issues, and is short', async () => {
  const authority = newAuthority();
  const read = new X509Certificate(authority.cert);
  expect([read.ca, read.subjectAltName, authority.cert.length < 700]).toEqual([true, undefined, true]);
  const identity = authority.issue(NAMES);
  expect(new X509Certificate(identity.cert).ca).toBe(false);
  const server = await listenOnLoopback((_, response) => response.end(), 0, identity);
  try {
    expect(await authorized(server.port, authority.cert, 'bucket.s3.amazonaws.com')).toBe(true);
    expect(await authorized(server.port, authority.cert, 'example.test')).toBe(false);
    expect(await authorized(server.port, newAuthority().cert, 's3.amazonaws.com')).toBe(false);
  } finally {
    await server.stop();
  }
});
