import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type ApiKey, isSecretOf, mintApiKey, parseApiKey } from '../../functions/core/access/api-key.ts';
import type { Organization } from '../../functions/core/access/organization.ts';
import { scopes } from '../../functions/core/access/scope.ts';
import { apiKeyRows } from '../../functions/platform/access/admin-keys.ts';
import { organizationRows } from '../../functions/platform/access/admin-organizations.ts';
import { writePrivately } from './private-file.ts';
import type { LocalTemplate } from './template/model.ts';
import { refuse } from './template/start-refused.ts';

/** What a newcomer starts with. */
export interface Seeded {
  readonly organizationId: number;
  readonly organizationSlug: string;
  /** What a customer's role demands of whoever assumes it for this organization. */
  readonly externalId: string;
  /** The key itself, as it is printed. */
  readonly key: string;
}

/** The part of the wire that seeding needs: where it is, and credentials that may write the access table. */
export interface SeedingWire {
  readonly endpoint: string;
  administrator(): { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
}

/** On AWS nobody could show a key again; locally it is kept, so that pasted commands stay good over restarts. */
const keptSchema = z
  .object({
    text: z.string(),
    secretHash: z.string(),
    createdAt: z.int(),
    externalId: z.uuid(),
    cursorKey: z.string(),
  })
  .check(z.refine(isWhole));
/** What is random of the demo organization and its key. */
export type Kept = z.infer<typeof keptSchema>;

/** Whether the hash is that of the key. */
function isWhole({ text, secretHash }: Pick<Kept, 'text' | 'secretHash'>): boolean {
  const secret = parseApiKey(text)?.secret;
  return secret !== undefined && /^[0-9a-f]{64}$/.test(secretHash) && isSecretOf({ secretHash }, secret);
}

/**
 * Puts the demo organization and its one key, holding every scope, into the access table. Every start puts them back
 * as they were at first, whatever has been done to them.
 *
 * @param kept what `readKeptKey` gave
 */
export async function seed(options: {
  readonly wire: SeedingWire;
  readonly template: LocalTemplate;
  readonly kept: Kept;
}): Promise<Seeded> {
  const { wire, template, kept } = options;
  const TableName = template.functions.map(({ environment }) => environment['ACCESS_TABLE']).find(Boolean);
  if (!TableName) throw new Error('No function of the template reads an access table.');
  const { organization, key } = demo(kept);
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: wire.endpoint, region: 'us-east-1', credentials: wire.administrator() }),
  );
  const TransactItems = [...organizationRows(organization), ...apiKeyRows(key)].map((Item) => ({
    Put: { TableName, Item },
  }));
  await client.send(new TransactWriteCommand({ TransactItems }));
  client.destroy();
  const { id: organizationId, slug: organizationSlug, externalId } = organization;
  return { organizationId, organizationSlug, externalId, key: kept.text };
}

/** The demo organization and its key. */
function demo({ text, secretHash, createdAt, externalId, cursorKey }: Kept): {
  readonly organization: Organization;
  readonly key: ApiKey;
} {
  const id = parseApiKey(text)?.id ?? '';
  return {
    organization: { id: 1, slug: 'demo', name: 'Demo', externalId, cursorKey, createdAt },
    key: { id, name: 'demo', organizations: [1], secretHash, scopes, createdAt, createdBy: 'local' },
  };
}

/**
 * What was kept at the last start; what is missing of it is made now.
 *
 * @param dataDir where the key is kept between runs, readable by its owner only
 * @throws StartRefused when the file is there but not what this program wrote
 */
export async function readKeptKey(dataDir: string): Promise<Kept> {
  const file = join(dataDir, 'demo-key.json');
  const found = await readFile(file, 'utf8').then(parsed, () => ({}));
  const createdAt = Date.now();
  const { key, text } = mintApiKey(
    { name: 'demo', organizations: [1], scopes, createdAt, createdBy: 'local' },
    randomBytes,
  );
  const kept = keptSchema.safeParse({
    text,
    secretHash: key.secretHash,
    createdAt,
    externalId: randomUUID(),
    cursorKey: randomBytes(32).toString('base64url'),
    ...found,
  });
  if (!found || !kept.success)
    return refuse(`${file} is damaged. Remove it, and the demo organization gets a new key.`);
  writePrivately(file, kept.data);
  return kept.data;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
