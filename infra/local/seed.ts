import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { type ApiKey, mintApiKey, parseApiKey, scopes } from '../../functions/core/api-key.ts';
import { apiKeyPlace } from '../../functions/platform/api-keys.ts';
import type { LocalTemplate } from './template/model.ts';

/** What a newcomer starts with. */
export interface Seeded {
  readonly organizationId: number;
  readonly organizationSlug: string;
  /** The key itself, as it is printed. */
  readonly key: string;
}

/** The part of the wire that seeding needs: where it is, and credentials that may write the access table. */
export interface SeedingWire {
  readonly endpoint: string;
  administrator(): { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
}

const demoOrganization = { organizationId: 1, organizationSlug: 'demo' } as const;

/** On AWS nobody could show a key again; locally it is kept, so that pasted commands stay good over restarts. */
const keptKey = z.object({ text: z.string(), secretHash: z.string() });

/**
 * Puts the demo organization's one key, holding every scope, into the access table.
 *
 * @param dataDir where the key is kept between runs, readable by its owner only
 */
export async function seed(options: {
  readonly wire: SeedingWire;
  readonly template: LocalTemplate;
  readonly dataDir: string;
}): Promise<Seeded> {
  const { wire, template, dataDir } = options;
  const accessTable = template.functions.map(({ environment }) => environment['ACCESS_TABLE']).find(Boolean);
  if (!accessTable) throw new Error('No function of the template reads an access table.');
  const { key, text } = await demoKey(join(dataDir, 'demo-key.json'));
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: wire.endpoint, region: 'us-east-1', credentials: wire.administrator() }),
  );
  await client.send(new PutCommand({ TableName: accessTable, Item: { ...apiKeyPlace(key.id), ...key } }));
  client.destroy();
  return { ...demoOrganization, key: text };
}

async function demoKey(file: string): Promise<{ readonly key: ApiKey; readonly text: string }> {
  const of = { organizationId: demoOrganization.organizationId, scopes } as const;
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) {
    const { text, secretHash } = keptKey.parse(JSON.parse(kept));
    const id = parseApiKey(text)?.id;
    if (id) return { key: { ...of, id, secretHash }, text };
  }
  const minted = mintApiKey(of, randomBytes);
  const { secretHash } = minted.key;
  await writeFile(file, JSON.stringify({ text: minted.text, secretHash }), { mode: 0o600 });
  return minted;
}
