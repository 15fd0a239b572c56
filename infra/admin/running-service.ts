import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const operatorSchema = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  region: z.string(),
});

/** What calls to routes with `AWS_IAM` are signed with, and for which region; good until the service stops. */
export type Operator = Readonly<z.infer<typeof operatorSchema>>;

const running = z.object({ url: z.string(), operator: operatorSchema });

/**
 * The service that is running, by its service file: its address and the operator's credentials.
 *
 * @param file path of the `service.json`
 * @returns undefined when there is none to be read: no service runs there
 */
export function readService(file: string): { readonly url: string; readonly operator: Operator } | undefined {
  try {
    return running.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
