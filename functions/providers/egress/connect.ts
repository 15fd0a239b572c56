import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { EgressRefusal, RefusalCode } from './egress-error.ts';
import type { HostPort } from './policy.ts';
import { openTunnel, type ProxyPlace } from './proxy-tunnel.ts';
import type { Route, Routes } from './resolve-route.ts';
import { type Trust, toTlsOptions } from './tls-options.ts';

interface Means {
  readonly routes: Routes;
  readonly trust: Trust;
  /** The way's. */
  readonly signal: AbortSignal;
  /** Ends the way, and gives what to throw. */
  readonly refuse: (code: RefusalCode) => EgressRefusal;
}

/**
 * Opens the connections of one way, through its proxy if it has one. The storage is looked up and judged first in any
 * case, and the proxy like any other host: a storage that is not permitted is not even named to a proxy.
 *
 * @returns a function that gives a connection to the place asked for; `tls`: whether TLS will be spoken on it
 */
export function connectThrough({ routes, trust, signal, refuse }: Means, proxy: ProxyPlace | undefined) {
  const toProxy = async (through: ProxyPlace): Promise<Duplex> => {
    const route = await routes.find(through, through.tls).catch(() => {
      throw refuse('proxy-unreachable');
    });
    if (!route) throw refuse('proxy-not-allowed');
    const socket = await routes.take(route, signal).catch(() => {
      throw refuse('proxy-unreachable');
    });
    if (!through.tls) return socket;
    const servername = isIP(through.host) === 0 ? through.host : '';
    const secured = connectTls({ ...toTlsOptions(through, socket, trust), servername });
    socket.on('error', (error) => secured.destroy(error));
    return secured;
  };
  const throughProxy = async (through: ProxyPlace, { port, addresses }: Route): Promise<Duplex> => {
    // A proxy is told one address, and of the two families it is IPv4 that every proxy has a way to.
    const { address } = addresses.find(({ family }) => family === 4) ?? addresses[0];
    const tunnel = await openTunnel(await toProxy(through), through, { host: address, port }, signal);
    if (!tunnel.ok) throw refuse(tunnel.code);
    // Stays, so that an error at a time when nobody else listens is not thrown.
    return tunnel.socket.on('error', () => {});
  };
  return async (asked: HostPort, tls: boolean): Promise<Duplex> => {
    const route = await routes.find(asked, tls);
    if (!route) throw refuse('address-not-allowed');
    return proxy ? throughProxy(proxy, route) : routes.take(route, signal);
  };
}
