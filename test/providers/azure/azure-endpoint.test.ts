import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  azureService,
  isAccountHost,
  isAccountKey,
  isAccountName,
  isContainerName,
} from '../../../functions/providers/azure/azure-endpoint.ts';

const account = 'acme';
const service = (endpoint: string, bucket = 'photos') => azureService(endpoint, bucket, account);

describe('the endpoint is reformatted', () => {
  test.each(['core.windows.net', 'core.chinacloudapi.cn', 'core.usgovcloudapi.net'])('in the cloud %s', (cloud) => {
    const url = `https://acme.blob.${cloud}`;
    for (const endpoint of [
      url,
      `https://blob.${cloud}`,
      `https://${cloud}`,
      `https://acme.${cloud}`,
      `https://acme.dfs.${cloud}`,
      `https://dfs.${cloud}`,
      `https://acme.privatelink.blob.${cloud}`,
      `${url}/photos`,
      `https://blob.${cloud}/photos`,
    ]) {
      expect(service(endpoint)).toEqual({ ok: true, url });
    }
  });

  test.each([
    ['https://acme-secondary.blob.core.windows.net', 'https://acme-secondary.blob.core.windows.net'],
    ['https://acme-dualstack.blob.core.windows.net', 'https://acme-dualstack.blob.core.windows.net'],
    ['https://acme.z13.blob.storage.azure.net', 'https://acme.z13.blob.storage.azure.net'],
    ['https://acme.z13.dfs.storage.azure.net/photos', 'https://acme.z13.blob.storage.azure.net'],
    ['http://127.0.0.1:10000/acme', 'http://127.0.0.1:10000/acme'],
    ['http://127.0.0.1:10000', 'http://127.0.0.1:10000/acme'],
    ['http://127.0.0.1:10000/acme/photos', 'http://127.0.0.1:10000/acme'],
    ['http://127.0.0.1:10000/photos', 'http://127.0.0.1:10000/acme'],
    ['http://localhost:10000', 'http://localhost:10000/acme'],
    ['http://azurite:8080', 'http://azurite:8080/acme'],
    ['http://azurite.internal.test:10000', 'http://azurite.internal.test:10000/acme'],
    ['https://[fd00::1]:10000', 'https://[fd00::1]:10000/acme'],
    ['https://files.example.com', 'https://files.example.com'],
    ['https://files.example.com/photos', 'https://files.example.com'],
    ['https://gateway.example.com/acme', 'https://gateway.example.com/acme'],
    ['https://gateway.example.com:8443/acme/photos', 'https://gateway.example.com:8443/acme'],
  ])('%s', (endpoint, url) => {
    expect(service(endpoint)).toEqual({ ok: true, url });
    expect(service(url)).toEqual({ ok: true, url });
  });

  test('a container may have the name of the account', () => {
    expect(service('http://127.0.0.1:10000/acme', 'acme')).toEqual({ ok: true, url: 'http://127.0.0.1:10000/acme' });
    expect(service('http://127.0.0.1:10000/acme/acme', 'acme')).toEqual({
      ok: true,
      url: 'http://127.0.0.1:10000/acme',
    });
  });
});

test.each([
  'https://other.blob.core.windows.net',
  'https://other.core.windows.net',
  'https://other.dfs.core.usgovcloudapi.net',
  'https://other-secondary.blob.core.windows.net',
  'https://other.z13.blob.storage.azure.net',
  'http://127.0.0.1:10000/other',
  'http://127.0.0.1:10000/other/photos',
])('%s is another account’s', (endpoint) => {
  expect(service(endpoint)).toEqual({ ok: false, code: 'endpoint-of-another-account' });
});

test.each([
  'https://acme.file.core.windows.net',
  'https://acme.queue.core.windows.net',
  'https://acme.z13.web.core.windows.net',
  'https://acme.blob.core.windows.net/elsewhere',
  'https://acme.blob.core.windows.net/elsewhere/photos',
  'https://acme.z13.blob.storage.azure.net/elsewhere',
  'http://127.0.0.1:10000/acme/elsewhere',
  'http://127.0.0.1:10000/a/b/c',
  'https://files.example.com/elsewhere',
])('%s is no account’s blob service', (endpoint) => {
  expect(service(endpoint)).toEqual({ ok: false, code: 'endpoint-not-an-account' });
});

test('what looks like a cloud but is not keeps its host', () => {
  for (const host of [
    'acme.blob.core.windows.net.evil.test',
    'core.windows.net.evil.test',
    'acmeblob.core.windows.net.test',
  ]) {
    expect(service(`https://${host}`)).toEqual({ ok: true, url: `https://${host}` });
  }
});

test('another host than the caller’s, or one below the cloud it names, never comes out', () => {
  fc.assert(
    fc.property(fc.domain(), fc.array(fc.constantFrom('acme', 'photos', 'x', '..', '%2e')), (host, path) => {
      const read = service(`https://${host}/${path.join('/')}`);
      if (read.ok) expect(new URL(read.url).hostname).toBe(host);
    }),
  );
});

test('hosts of accounts are known', () => {
  for (const url of [
    'https://a.blob.core.windows.net',
    'https://a.blob.core.chinacloudapi.cn',
    'https://a.z1.blob.storage.azure.net',
  ]) {
    expect(isAccountHost(url)).toBe(true);
  }
  for (const url of [
    'https://files.example.com',
    'http://127.0.0.1:10000/a',
    'https://blob.storage.azure.net.evil.test',
  ]) {
    expect(isAccountHost(url)).toBe(false);
  }
});

test('names and keys', () => {
  for (const name of ['abc', 'a1b2c3', 'a'.repeat(24)]) expect(isAccountName(name)).toBe(true);
  for (const name of ['', 'ab', 'A'.repeat(5), 'a-b', 'a.b', 'a/b', 'a'.repeat(25), 'abc@x'])
    expect(isAccountName(name)).toBe(false);
  for (const name of ['abc', 'a-b-c', '$root', '$web', '0a0', 'a'.repeat(63)]) expect(isContainerName(name)).toBe(true);
  for (const name of [
    '',
    'ab',
    'a--b',
    '-ab',
    'ab-',
    'Abc',
    'a_b',
    'a.b',
    '..',
    'a/../b',
    '$other',
    'a'.repeat(64),
    'abc?x',
  ]) {
    expect(isContainerName(name)).toBe(false);
  }
  expect(isAccountKey(Buffer.alloc(64, 7).toString('base64'))).toBe(true);
  for (const key of ['', 'abc', 'not base64!', 'YWJj*', 'AKIAIOSFODNN7EXAMPL', '====', 'a===', 'YWJj YWJj']) {
    expect(isAccountKey(key)).toBe(false);
  }
});
