import type { Connection } from '../../core/records/connection.ts';
import { wireProvider } from './names.ts';

/**
 * The document's `cloud_connector` as clients read it: never null, left out where there is none. Of a connection to one
 * bucket, what it has in common with its account. The proxy has no user and no password in it.
 *
 * @param secret the secret half, where it may be shown
 */
export function toConnector({ id, name, target, credential, options }: Connection, secret?: string) {
  return {
    id,
    name,
    url: target.endpoint,
    ...(target.proxy !== undefined && { url_proxy: target.proxy }),
    provider: wireProvider(target),
    ...(target.region !== undefined && { region: target.region }),
    access_key: credential.accessKey,
    ...(secret !== undefined && { secret_key: secret }),
    ...(options !== undefined && { options }),
  };
}
