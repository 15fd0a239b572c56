import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { type Issuer, startIssuer } from '../../issuer.ts';
import { behavingAgain, json, logged, requestsTo, settingsFor, verifierFor } from './token-scene.ts';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

describe('the egress', () => {
  it('does not go to a private address that nobody allowed', async () => {
    const log = logged();
    const requests = requestsTo(issuer);
    await expect(verifierFor(issuer, { egress: {} })(issuer.sign())).resolves.toBeUndefined();
    expect(requests()).toEqual({ configuration: 0, keys: 0 });
    expect(log).toEqual([[{ event: 'token-issuer', code: 'issuer-unreachable', network: 'address-not-allowed' }]]);
  });

  it('does not go where an issuer says its keys are, either', async () => {
    behavingAgain(issuer);
    const log = logged();
    const inside = await startIssuer();
    onTestFinished(inside.stop);
    issuer.answer('configuration', json({ ...issuer.configuration(), jwks_uri: `${inside.url}/keys` }));
    const token = inside.sign({ iss: issuer.url });
    await expect(verifierFor(issuer)(token)).resolves.toBeUndefined();
    expect(inside.requests('keys')).toBe(0);
    expect(log).toEqual([[{ event: 'token-issuer', code: 'issuer-unreachable', network: 'address-not-allowed' }]]);
    // An operator who means it can say so.
    const both = [issuer, inside].map(({ url }) => new URL(url).host).join();
    await expect(verifierFor(issuer, { egress: { EGRESS_ALLOW: both } })(token)).resolves.toBeDefined();
  });

  it('believes the certificates that the deployment names, and takes keys over TLS only from an issuer with TLS', async () => {
    const tls = newCertificate(['127.0.0.1']);
    const secured = await startIssuer(tls);
    onTestFinished(secured.stop);
    const log = logged();
    await expect(verifierFor(secured)(secured.sign())).resolves.toBeUndefined();
    expect(log).toEqual([[{ event: 'token-issuer', code: 'issuer-unreachable', network: 'certificate-untrusted' }]]);
    const egress = { EGRESS_ALLOW: '127.0.0.1', EGRESS_CA: tls.cert };
    await expect(verifierFor(secured, { egress })(secured.sign())).resolves.toBeDefined();

    secured.answer('configuration', json({ issuer: secured.url, jwks_uri: `${issuer.url}/keys` }));
    const requests = requestsTo(issuer);
    await expect(verifierFor(secured, { egress })(issuer.sign({ iss: secured.url }))).resolves.toBeUndefined();
    expect(requests().keys).toBe(0);
  });
});

describe('settings', () => {
  it.each([{ audience: '' }, { audience: ' , ' }, { issuer: 'not a URL' }])('%j take no token', async (wrong) => {
    const log = logged();
    const verify = verifierFor(issuer, wrong);
    await expect(verify(issuer.sign({ aud: '' }))).resolves.toBeUndefined();
    await expect(verify(issuer.sign())).resolves.toBeUndefined();
    expect(log).toEqual([[{ event: 'token-issuer', code: 'token-settings-wrong' }]]);
  });

  it('that cannot be read for the egress are an error, as for storages', () => {
    expect(() => verifierFor(issuer, { egress: { EGRESS_PORTS: 'x' } })).toThrow('EGRESS_PORTS');
    expect(settingsFor(issuer).egress.EGRESS_ALLOW).toBe(new URL(issuer.url).host);
  });
});
