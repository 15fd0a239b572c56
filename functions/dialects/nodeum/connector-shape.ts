import * as z from 'zod/mini';
import { parseBody } from '../../http/body/validate-shape.ts';

/** Clients leave out what they have not set; those of typed languages may send `null` for it. */
const text = z.nullish(z.string());

/** The document's `cloud_connector` as clients send it. Its `id` is read-only: whatever is sent there is ignored. */
const connector = z.object({
  name: text,
  url: text,
  url_proxy: text,
  provider: text,
  region: text,
  access_key: text,
  secret_key: text,
  options: text,
});

export type ConnectorBody = z.infer<typeof connector>;

/** @throws Refused for what is no connector */
export const parseConnector = (body: unknown): ConnectorBody => parseBody(connector, body);
