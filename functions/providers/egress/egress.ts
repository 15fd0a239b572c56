import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connect, isIP, type LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, createSecureContext, getCACertificates } from 'node:tls';
import { type AnswerLimits, meterOf } from './meter.ts';
import { mappedPlace, type Place, permits, permitsAsking, permitsMapped } from './policy.ts';
import { EgressRefusal, type RefusalCode } from './refusal.ts';
import type { Rules } from './rules.ts';

/** Milliseconds given to each address of a host but the last before the next is tried as well. */
const attemptTime = 1_000;

/** Milliseconds for which a socket without a request is kept. */
const idleTime = 1_000;

/**
 * The way to one storage: agents that connect only where the rules permit, judged on the very address that is
 * connected to, and a signal that ends every call. The signal is aborted by the deadline, or with an `EgressRefusal`
 * when the egress itself said no; after that, nothing goes this way any more.
 */
export interface Way {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly signal: AbortSignal;
}

export interface Egress {
  /**
   * @param deadline ends everything on this way: look-ups, connections, answers however slowly they trickle
   * @param limits for each answer on this way
   */
  open(deadline: AbortSignal, limits: AnswerLimits): Way;
}

/** Looks up all addresses of a host, as `dns.lookup` does with `all`. */
export type Lookup = (
  host: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export interface EgressOptions {
  /** Certificate authorities in PEM that are trusted besides Node's own. */
  readonly ca?: readonly string[];
  readonly lookup?: Lookup;
}

/**
 * The one way out of the service: every provider connects through it. Sockets are kept only for further calls on the
 * same way, so that none is used under other rules or for another tenant, and are let go after a second without use
 * and when the way ends; until then they do not keep a process alive. Proxies named in the environment are not used.
 */
export function guardedEgress(rules: Rules, { ca, lookup = systemLookup }: EgressOptions = {}): Egress {
  // Made once: reading the authorities takes longer than a handshake.
  const secureContext = ca && createSecureContext({ ca: [...getCACertificates('default'), ...ca] });
  return {
    open(deadline, limits) {
      const ended = new AbortController();
      const signal = AbortSignal.any([deadline, ended.signal]);
      const refuse = (code: RefusalCode): EgressRefusal => {
        const refusal = new EgressRefusal(code);
        ended.abort(refusal);
        return refusal;
      };
      const keeping = { keepAlive: true, maxFreeSockets: 1, timeout: idleTime };
      const httpAgent = new HttpAgent(keeping);
      const httpsAgent = new HttpsAgent(keeping);
      const meter = meterOf(limits, () => refuse('answer-too-large'));
      const routeTo = routesBy(rules, lookup, () => refuse('address-not-allowed'));

      httpAgent.createConnection = (options, callback) => {
        const route = routeTo(placeIn(options), false);
        if (route instanceof EgressRefusal) return fail(route, callback);
        return meter.begin(connect({ ...route, noDelay: true }));
      };
      httpsAgent.createConnection = (options, callback) => {
        const asked = placeIn(options);
        const route = routeTo(asked, true);
        if (route instanceof EgressRefusal) return fail(route, callback);
        const tls = {
          ...options,
          ...route,
          ...(secureContext && { secureContext }),
          path: null,
          socketPath: undefined,
          rejectUnauthorized: true,
          // Wherever the connection leads, the certificate has to be that of the host asked for.
          checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
            checkServerIdentity(asked.host, certificate),
        };
        const socket = HttpsAgent.prototype.createConnection.call(httpsAgent, tls, callback);
        return socket && meter.begin(socket);
      };
      for (const agent of [httpAgent, httpsAgent]) {
        agent.reuseSocket = (socket, request) => {
          meter.again(socket);
          HttpAgent.prototype.reuseSocket.call(agent, socket, request);
        };
        signal.addEventListener('abort', () => agent.destroy(), { once: true });
      }
      return { httpAgent, httpsAgent, signal };
    },
  };
}

function placeIn({ host, port }: Pick<ClientRequestArgs, 'host' | 'port'>): Place {
  return { host: (host ?? '').replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** Fails a connection before there is one; the socket is only there because the agent's callback has a place for it. */
function fail(refusal: EgressRefusal, callback?: (error: Error, stream: Duplex) => void): undefined {
  callback?.(refusal, new Socket());
}

interface Route extends Place {
  readonly lookup: LookupFunction;
  readonly autoSelectFamilyAttemptTimeout: number;
}

/**
 * Says how to connect to a place, or refuses. `net.connect` does not look up addresses written as such, so those are
 * judged at once; names are judged by what their look-up gives, and only permitted addresses are handed on. There is
 * no second look-up that could answer differently.
 */
function routesBy(rules: Rules, lookup: Lookup, refuse: () => EgressRefusal) {
  return (asked: Place, tls: boolean): Route | EgressRefusal => {
    const mapped = mappedPlace(asked, rules);
    const { host, port } = mapped ?? asked;
    if (mapped && !permitsAsking({ ...asked, tls }, rules)) return refuse();
    const mayConnect = (address: string) =>
      mapped ? permitsMapped({ ...mapped, address }, rules) : permits({ ...asked, address, tls }, rules);
    if (isIP(host) !== 0 && !mayConnect(host)) return refuse();
    return {
      host,
      port,
      autoSelectFamilyAttemptTimeout: attemptTime,
      lookup: (name, options, callback) =>
        lookup(name, { ...options, all: true }, (error, addresses) => {
          if (error) return callback(error, []);
          const permitted = addresses.filter(({ address }) => mayConnect(address));
          const [first] = permitted;
          if (!first) return callback(refuse(), []);
          return options.all ? callback(null, permitted) : callback(null, first.address, first.family);
        }),
    };
  };
}
