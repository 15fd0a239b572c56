import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectThrough } from './connect.ts';
import { EgressRefusal, type RefusalCode } from './egress-error.ts';
import type { Rules } from './parse-rules.ts';
import type { HostPort } from './policy.ts';
import { readProxy } from './proxy-tunnel.ts';
import { type Connect, type Lookup, routesBy } from './resolve-route.ts';
import { type AnswerLimits, meterOf } from './response-meter.ts';
import { toTlsOptions, trustIn } from './tls-options.ts';

/** Milliseconds for which a socket without a request is kept. */
const idleTime = 1_000;

/**
 * The way to one storage: agents that connect only where the rules permit, judged on the very address that is
 * connected to, and a signal that ends every call. The signal is aborted by the deadline, or with an `EgressRefusal`
 * when the egress itself or the proxy said no; after that, nothing goes this way any more.
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
   * @param proxy URL of an http or https proxy that everything on this way goes through
   * @throws Error when the proxy's URL is none
   */
  open(deadline: AbortSignal, limits: AnswerLimits, proxy?: string): Way;
}

export interface EgressOptions {
  /** Certificate authorities in PEM that are trusted besides Node's own and the configuration's. */
  readonly ca?: readonly string[];
  readonly lookup?: Lookup;
  readonly connect?: Connect;
}

/**
 * The one way out of the service: every provider connects through it. Sockets are kept only for further calls on the
 * same way, so that none is used under other rules or for another tenant, and are let go after a second without use
 * and when the way ends; until then they do not keep a process alive. Proxies named in the environment are not used.
 */
export function guardedEgress(rules: Rules, { ca = [], lookup, connect }: EgressOptions = {}): Egress {
  const trust = trustIn([...rules.authorities, ...ca]);
  const routes = routesBy(rules, lookup, connect);
  return {
    open(deadline, limits, proxy) {
      const ended = new AbortController();
      const signal = AbortSignal.any([deadline, ended.signal]);
      const refuse = (code: RefusalCode): EgressRefusal => {
        const refusal = new EgressRefusal(code);
        ended.abort(refusal);
        return refusal;
      };
      const meter = meterOf(limits, () => refuse('answer-too-large'));
      const reach = connectThrough(
        { routes, trust, signal, refuse },
        proxy === undefined ? undefined : readProxy(proxy),
      );
      const keeping = { keepAlive: true, maxFreeSockets: 1, timeout: idleTime };
      const httpAgent = new HttpAgent(keeping);
      const httpsAgent = new HttpsAgent(keeping);

      httpAgent.createConnection = (options, callback) => {
        give(async () => meter.begin(await reach(placeIn(options), false)), callback);
        return undefined;
      };
      httpsAgent.createConnection = (options, callback) => {
        give(async () => {
          const asked = placeIn(options);
          const socket = await reach(asked, true);
          const tls = { ...options, ...toTlsOptions(asked, socket, trust) };
          const secured = HttpsAgent.prototype.createConnection.call(httpsAgent, tls);
          if (!secured) throw new Error('Node made no connection.');
          socket.on('error', (error) => secured.destroy(error));
          return meter.begin(secured);
        }, callback);
        return undefined;
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

const placeIn = ({ host, port }: Pick<ClientRequestArgs, 'host' | 'port'>): HostPort => ({
  host: (host ?? '').replace(/^\[(.*)\]$/, '$1'),
  port: Number(port),
});

type Callback = (error: Error | null, stream: Duplex) => void;

/** Hands an agent its socket, or why there is none; then the socket only fills a place in the signature. */
async function give(open: () => Promise<Duplex>, callback: Callback | undefined): Promise<void> {
  const [error, socket] = await open().then(
    (socket) => [null, socket] as const,
    (error: unknown) => [error instanceof Error ? error : new Error('No connection.'), new Socket()] as const,
  );
  callback?.(error, socket);
}
