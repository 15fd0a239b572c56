import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Document, type Issuer, startIssuer } from '../../issuer.ts';
import { behavingAgain, json, logged, ownClock, requestsTo, verifierFor } from './token-scene.ts';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());

/** Answers the beginning of a document, and never stops. */
const endless: RequestListener = (_, response) => {
  response.writeHead(200);
  const more = () => {
    while (response.write('"x",'.repeat(4_096)));
  };
  response.write('{"keys":[');
  response.on('drain', more).on('error', () => {});
  more();
};

const inOneGo = async (count: number, send: (index: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index)));

describe('an issuer is asked', () => {
  it('once for twenty tokens that come together, and not again for those that follow', async () => {
    const requests = requestsTo(issuer);
    const verify = verifierFor(issuer);
    const holders = await inOneGo(20, () => verify(issuer.sign()));
    expect(holders.every((holder) => holder !== undefined)).toBe(true);
    await verify(issuer.sign());
    expect(requests()).toEqual({ configuration: 1, keys: 1 });
  });

  it('never for tokens of other issuers, or that no key could make good', async () => {
    const requests = requestsTo(issuer);
    const verify = verifierFor(issuer);
    await verify(issuer.sign({ iss: 'https://elsewhere.example' }));
    await verify(issuer.sign({ exp: undefined }));
    await verify(issuer.sign({}, { header: { alg: 'HS256' } }));
    expect(requests()).toEqual({ configuration: 0, keys: 0 });
  });

  it('once for a hundred made-up names of keys, and once more ten seconds later', async () => {
    const turn = ownClock();
    const requests = requestsTo(issuer);
    const verify = verifierFor(issuer);
    const madeUp = (index: number) => verify(issuer.sign({}, { header: { kid: `made-up-${index}` } }));
    await inOneGo(50, madeUp);
    for (let index = 50; index < 100; index++) await madeUp(index);
    expect(requests().keys).toBe(1);
    await expect(verify(issuer.sign())).resolves.toBeDefined();
    turn(9_000);
    await madeUp(100);
    expect(requests().keys).toBe(1);
    turn(2_000);
    await inOneGo(50, madeUp);
    expect(requests().keys).toBe(2);
  });

  it('anew when its keys have changed', async () => {
    const requests = requestsTo(issuer);
    const verify = verifierFor(issuer);
    const before = issuer.sign();
    await expect(verify(before)).resolves.toBeDefined();
    await issuer.rotate();
    await expect(verify(issuer.sign())).resolves.toBeDefined();
    await expect(verify(issuer.sign({}, { algorithm: 'ES256' }))).resolves.toBeDefined();
    await expect(verify(before)).resolves.toBeUndefined();
    expect(requests().keys).toBeLessThanOrEqual(3);
  });

  it('anew when its keys are ten minutes old, so that a withdrawn one ends', async () => {
    const turn = ownClock();
    const requests = requestsTo(issuer);
    const verify = verifierFor(issuer);
    const token = issuer.sign();
    await verify(token);
    await issuer.rotate();
    turn(590_000);
    await expect(verify(token)).resolves.toBeDefined();
    expect(requests().keys).toBe(1);
    turn(20_000);
    await expect(verify(token)).resolves.toBeUndefined();
  });

  it('and its old keys go on when it is away just then', async () => {
    behavingAgain(issuer);
    const turn = ownClock();
    const log = logged();
    const verify = verifierFor(issuer);
    const token = issuer.sign();
    await verify(token);
    turn(610_000);
    issuer.answer('keys', json('', 503));
    const requests = requestsTo(issuer);
    await expect(verify(token)).resolves.toBeDefined();
    await expect(verify(token)).resolves.toBeDefined();
    expect(requests().keys).toBe(1);
    expect(log).toEqual([[{ event: 'token-issuer', code: 'issuer-unreadable' }]]);
  });
});

describe('what an issuer says', () => {
  it.each([
    ['a long text', 'x', 120_000, true],
    ['many marks', '<&', 120_000, true],
    ['a text that is too long', 'x', 132_000, false],
    ['both', 'x<', 132_000, false],
  ])('may hold %s: %s, %i bytes in all', async (_, piece, bytes, accepted) => {
    behavingAgain(issuer);
    logged();
    const fill = piece.repeat(bytes / piece.length);
    issuer.answer('keys', json({ keys: issuer.keys(), fill }));
    expect((await verifierFor(issuer)(issuer.sign())) !== undefined).toBe(accepted);
  });
});

describe('an issuer of no use', () => {
  const canary = 'canary-of-the-issuer';
  const unreadable = { event: 'token-issuer', code: 'issuer-unreadable' };
  const unreachable = (network: string) => ({ event: 'token-issuer', code: 'issuer-unreachable', network });
  const cases: readonly (readonly [string, Document, () => RequestListener, object])[] = [
    [
      'says it is another',
      'configuration',
      () => json({ ...issuer.configuration(), issuer: `${issuer.url}/` }),
      {
        event: 'token-issuer',
        code: 'issuer-differs',
      },
    ],
    ['redirects to where it is', 'configuration', () => redirect('/elsewhere'), unreadable],
    ['redirects to where its keys are', 'keys', () => json({ keys: issuer.keys() }, 302), unreadable],
    ['says nothing of its keys', 'configuration', () => json({ issuer: issuer.url }), unreadable],
    ['has its keys in no place', 'configuration', () => json({ issuer: issuer.url, jwks_uri: canary }), unreadable],
    [
      'has its keys in a file',
      'configuration',
      () => json({ issuer: issuer.url, jwks_uri: 'file:///etc/keys' }),
      unreadable,
    ],
    ['has none of its documents', 'configuration', () => json(issuer.configuration(), 404), unreadable],
    ['answers with a page', 'configuration', () => json(`<html>${canary}</html>`), unreadable],
    ['has a page for keys', 'keys', () => json(`<html>${canary}</html>`), unreadable],
    ['has something else for keys', 'keys', () => json({ keys: canary }), unreadable],
    ['has keys that are none', 'keys', () => json({ keys: [{ kty: 'RSA', kid: 7 }] }), unreadable],
    ['never stops telling its keys', 'keys', () => endless, unreachable('answer-too-large')],
    ['never stops telling about itself', 'configuration', () => endless, unreachable('answer-too-large')],
    ['hangs up', 'keys', () => (request) => request.socket.destroy(), unreachable('connection-reset')],
  ];
  const redirect =
    (to: string): RequestListener =>
    (_, response) => {
      response.writeHead(302, { location: to, 'content-type': 'text/plain' }).end(canary);
    };

  it.each(cases)('that %s is asked once in ten seconds, and told of in the log', async (_, document, how, line) => {
    behavingAgain(issuer);
    const turn = ownClock();
    const log = logged();
    const requests = requestsTo(issuer);
    const verify = verifierFor(issuer);
    issuer.answer(document, how());
    const holders = await inOneGo(5, () => verify(issuer.sign()));
    for (let times = 0; times < 5; times++) holders.push(await verify(issuer.sign()));
    expect(holders.every((holder) => holder === undefined)).toBe(true);
    expect(requests()[document]).toBe(1);
    expect(log).toEqual([[line]]);
    issuer.answer(document, undefined);
    turn(10_000);
    await expect(verify(issuer.sign())).resolves.toBeDefined();
  });

  it('is told of once a minute', async () => {
    behavingAgain(issuer);
    const turn = ownClock();
    const log = logged();
    const verify = verifierFor(issuer);
    issuer.answer('configuration', json('', 500));
    for (let tenSeconds = 0; tenSeconds <= 6; tenSeconds++) {
      await verify(issuer.sign());
      turn(10_000);
    }
    expect(log).toHaveLength(2);
  });

  it('that never answers is waited for three seconds', async () => {
    behavingAgain(issuer);
    const log = logged();
    const { timeout } = AbortSignal;
    const deadlines = vi
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation((time) => timeout.call(AbortSignal, time / 30));
    onTestFinished(() => deadlines.mockRestore());
    issuer.answer('keys', () => {});
    await expect(verifierFor(issuer)(issuer.sign())).resolves.toBeUndefined();
    expect(deadlines.mock.calls).toEqual([[3_000]]);
    expect(log).toEqual([[unreachable('connection-timed-out')]]);
  });
});
