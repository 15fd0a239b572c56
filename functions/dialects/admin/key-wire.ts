import * as z from 'zod/mini';
import { type ApiKey, isApiKeyId, standingOfKey } from '../../core/access/api-key.ts';
import { type DescribedKey, parseKey } from '../../core/access/parse-new-key.ts';
import { unwrapOrRefuse } from '../../http/body/unwrap-result.ts';
import { parseBody } from '../../http/body/validate-shape.ts';
import { Refused } from '../../http/problem.ts';
import { toTime } from './time-wire.ts';

const createRequest = z.object({
  name: z.string(),
  scopes: z.array(z.string()),
  expiresAt: z.nullish(z.string()),
  organizations: z.nullish(z.array(z.union([z.int(), z.string()]))),
});

/** @throws Refused for everything that is wrong with it */
export function fromCreateKeyRequest(body: unknown, now: number): DescribedKey {
  const { expiresAt, organizations, ...request } = parseBody(createRequest, body);
  const description = { ...request, expiresAt: expiresAt ?? undefined, organizations: organizations ?? undefined };
  return unwrapOrRefuse(parseKey(description, now), (field) => field);
}

/** The id in a path. @throws Refused `not-found` for what cannot be one */
export function keyIdIn(path: Readonly<Record<string, string>>): string {
  const id = path['key'] ?? '';
  if (!isApiKeyId(id)) throw new Refused({ kind: 'not-found' });
  return id;
}

/** A key as its operator sees it: nothing of its secret. @param lastUsedAt to the hour; undefined for never */
export const toKey = (key: ApiKey, now: number, lastUsedAt: number | undefined) => ({
  id: key.id,
  name: key.name,
  organization: key.organizations[0],
  organizations: key.organizations,
  scopes: key.scopes,
  status: standingOfKey(key, now),
  createdAt: toTime(key.createdAt),
  createdBy: key.createdBy,
  expiresAt: toTime(key.expiresAt),
  revokedAt: toTime(key.revokedAt),
  lastUsedAt: toTime(lastUsedAt),
});
