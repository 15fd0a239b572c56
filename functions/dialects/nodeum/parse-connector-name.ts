import { parseConnectionName } from '../../core/connections/parse-name.ts';
import type { Parsed } from '../../core/validation/result.ts';

/**
 * Parses the name of a connector. A connector is reached by its name in the path, where `-` stands for the unsaved one that
 * `/cloud_connectors/-/test` tests, and `.` and `..` are resolved away by clients (RFC 3986, section 5.2.4).
 */
export function parseConnectorName(text: string): Parsed<string, 'name'> {
  if (!['-', '.', '..'].includes(text.trim())) return parseConnectionName(text);
  const message = 'must not be - or dots only: the path of a connector with that name leads elsewhere';
  return { ok: false, faults: [{ field: 'name', code: 'invalid', message }] };
}
