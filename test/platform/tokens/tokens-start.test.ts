import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundle } from '../../../infra/bundle/bundle.ts';
import { startIssuer } from '../../issuer.ts';
import { settingsFor } from './token-scene.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

const stub = (variables: Readonly<Record<string, string | undefined>>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

describe('the port on tokens', () => {
  it('takes none where no issuer is named, and needs nothing for that', async () => {
    const { verifyToken } = await import('../../../functions/platform/tokens/verify-token.ts');
    stub({ TOKEN_ISSUER: '', TOKEN_AUDIENCE: undefined, EGRESS_ALLOW: undefined });
    await expect(verifyToken('a.b.c')).resolves.toBeUndefined();
  });

  it('says what the deployment did not set', async () => {
    const { verifyToken } = await import('../../../functions/platform/tokens/verify-token.ts');
    stub({ TOKEN_ISSUER: undefined });
    await expect(verifyToken('a.b.c')).rejects.toThrow('TOKEN_ISSUER');
  });

  it('reads the variables of the deployment', async () => {
    const issuer = await startIssuer();
    onTestFinished(issuer.stop);
    const { EGRESS_ALLOW } = settingsFor(issuer).egress;
    stub({
      TOKEN_ISSUER: issuer.url,
      TOKEN_AUDIENCE: issuer.audience,
      TOKEN_ORGANIZATION_CLAIM: 'https://example.com/organization',
      TOKEN_SCOPES_CLAIM: 'permissions',
      TOKEN_SCOPE_PREFIX: 'storage:',
      EGRESS_ALLOW,
      EGRESS_PORTS: '',
      CONNECT_TO: '',
      EGRESS_CA: '',
    });
    const { verifyToken } = await import('../../../functions/platform/tokens/verify-token.ts');
    const token = issuer.sign({
      'https://example.com/organization': 'acme',
      permissions: ['storage:connections:list', 'connections:read'],
    });
    const holder = { subject: 'somebody', organizations: ['acme'], scopes: ['connections:list'] };
    await expect(verifyToken(token)).resolves.toEqual(holder);
    await expect(verifyToken(token)).resolves.toEqual(holder);
    expect(issuer.requests('keys')).toBe(1);
  });

  it('loads what verifies only when a token is there', { timeout: 30_000 }, async () => {
    const entry = fileURLToPath(new URL('../../../functions/platform/tokens/verify-token.ts', import.meta.url));
    const made = await bundle([{ name: 'tokens', entry, needs: new Set() }]);
    onTestFinished(made.remove);
    const { start, total } = made.functions.get('tokens') ?? {};
    const heavy = (sources: ReadonlySet<string> | undefined) =>
      [...(sources ?? [])].filter((path) => /aws-jwt-verify|\/egress\/|token-/.test(path));
    expect(heavy(start?.sources)).toEqual([]);
    expect(heavy(total?.sources).length).toBeGreaterThan(5);
    expect(start?.bytes).toBeLessThan(4_096);
  });
});
