import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket, connect as systemConnect, type TcpNetConnectOpts } from 'node:net';
import type { Rules } from './parse-rules.ts';
import { type HostPort, mappedPlace, permits, permitsAsking, permitsMapped } from './policy.ts';

/** Milliseconds given to each address of a host but the last before the next is tried as well. */
const attemptTime = 1_000;

/** Looks up all addresses of a host, as `dns.lookup` does with `all`. */
export type Lookup = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Opens a socket, as `net.connect` does. It is handed judged addresses only, and must connect to no other. */
export type Connect = (options: TcpNetConnectOpts) => Socket;

/** Where to connect to: a port at one of these addresses, each of them permitted. There is at least one. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly [LookupAddress, ...LookupAddress[]];
}

export interface Routes {
  /**
   * @returns nothing when the rules permit no address of the place, or not its scheme or port
   * @throws Error of the look-up
   */
  find(asked: HostPort, tls: boolean): Promise<Route | undefined>;
  /** A connection along a route, once it is there; the signal ends it whenever it is aborted. */
  take(route: Route, signal: AbortSignal): Promise<Socket>;
}

/**
 * Finds and takes routes. An address written as such is judged as it is; a name by what its look-up gives, of which
 * only the permitted addresses are connected to. There is one look-up, so none that could answer differently.
 */
export function routesBy(
  rules: Rules,
  lookup: Lookup = systemLookup,
  connect: Connect = (options) => systemConnect(options),
): Routes {
  return {
    async find(asked, tls) {
      const mapped = mappedPlace(asked, rules);
      const { host, port } = mapped ?? asked;
      if (mapped && !permitsAsking({ ...asked, tls }, rules)) return undefined;
      const found = isIP(host) === 0 ? await addressesOf(host, lookup) : [{ address: host, family: isIP(host) }];
      const [first, ...others] = found.filter(({ address }) =>
        mapped ? permitsMapped({ ...mapped, address }, rules) : permits({ ...asked, address, tls }, rules),
      );
      return first && { host, port, addresses: [first, ...others] };
    },
    take: ({ host, port, addresses }, signal) =>
      new Promise((resolve, reject) => {
        const socket = connect({
          host,
          port,
          signal,
          noDelay: true,
          autoSelectFamilyAttemptTimeout: attemptTime,
          lookup: giving(addresses),
        });
        // Stays, so that an error at a time when nobody else listens is not thrown.
        socket.on('error', reject);
        socket.once('connect', () => resolve(socket));
      }),
  };
}

const addressesOf = (host: string, lookup: Lookup): Promise<readonly LookupAddress[]> =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

const giving =
  (addresses: Route['addresses']): LookupFunction =>
  (_host, { all }, callback) =>
    all ? callback(null, [...addresses]) : callback(null, addresses[0].address, addresses[0].family);
