import type { LookupAddress } from 'node:dns';
import { connect as connectSocket, isIP } from 'node:net';
import type { EgressOptions } from '../../functions/providers/egress/egress.ts';
import type { Connect, Lookup } from '../../functions/providers/egress/resolve-route.ts';

/** An Internet on this machine: every name and every address there is, each led to a port on loopback. */
export interface World extends EgressOptions {
  readonly lookup: Lookup;
  readonly connect: Connect;
  /** Names looked up, in order. */
  readonly lookedUp: readonly string[];
  /** Addresses that a socket was opened to, or could have been, if the first had not answered. */
  readonly reached: readonly string[];
}

/**
 * The egress judges what this look-up gives, and opens its sockets here: the address it would have connected to is
 * told from what it asks for, and only the last step, to that address, is made to a server of the test instead.
 *
 * @param addressesOf what a name leads to; `time` counts the look-ups of that name from 0
 * @param portAt the port on loopback that stands for an address
 */
export function world(
  addressesOf: (host: string, time: number) => readonly string[],
  portAt: (address: string) => number,
): World {
  const lookedUp: string[] = [];
  const reached: string[] = [];
  const records = (addresses: readonly string[]): LookupAddress[] =>
    addresses.map((address) => ({ address, family: isIP(address) }));
  return {
    lookedUp,
    reached,
    lookup(host, _options, callback) {
      const time = lookedUp.filter((name) => name === host).length;
      lookedUp.push(host);
      const addresses = records(addressesOf(host, time));
      setImmediate(() =>
        addresses.length > 0
          ? callback(null, addresses)
          : callback(Object.assign(new Error('No such host.'), { code: 'ENOTFOUND' }), []),
      );
    },
    connect({ host = '', lookup, signal }) {
      const found: string[] = isIP(host) === 0 ? [] : [host];
      if (found.length === 0) {
        lookup?.(host, { all: true }, (_, addresses) => {
          for (const { address } of typeof addresses === 'string' ? records([addresses]) : addresses)
            found.push(address);
        });
      }
      reached.push(...found);
      return connectSocket({ host: '127.0.0.1', port: portAt(found[0] ?? ''), ...(signal && { signal }) });
    },
  };
}
