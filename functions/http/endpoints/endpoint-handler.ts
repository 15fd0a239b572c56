import { actionOf, mostConnectionsNamed } from '../../core/access/audit.ts';
import type { Caller } from '../../core/access/caller.ts';
import type { PortName, Ports } from '../../core/ports.ts';
import { clock, storageDeadline } from '../../platform/runtime/clock.ts';
import { logUnexpected } from '../../platform/runtime/log.ts';
import { type AuditContext, auditRequest, toAuditEntry, toAuditOutcome } from '../audit-request.ts';
import { authenticate } from '../auth/authenticate.ts';
import { resolveOrganization } from '../auth/resolve-organization.ts';
import { parseJsonBody } from '../body/parse-json.ts';
import { handleApiEvent, type IncomingRequest, nameOf } from '../gateway.ts';
import { Refused } from '../problem.ts';
import type { Response } from '../response.ts';
import type { Endpoint, everyRequestNeeds, Request } from './endpoint.ts';

type EveryRequest = (typeof everyRequestNeeds)[number];
type Ready<Needs extends PortName> = Pick<Ports, Needs | EveryRequest>;

/** Makes a Lambda handler of an endpoint and the adapters of its ports. */
export const endpointHandler = <Needs extends PortName>(endpoint: Endpoint<Needs>, ports: Ready<Needs>) =>
  handleApiEvent(endpoint, async (arrived) => {
    const now = clock.now();
    const caller = await authenticate(arrived.headers, ports, now);
    // Meanwhile: nothing waits for it but the end, where Lambda would stop it halfway.
    const used = caller.actor.kind === 'key' ? ports['keyUse.record'].note(caller.actor.key, now) : undefined;
    try {
      return await answerTo(endpoint, ports, arrived, caller, now);
    } finally {
      await used;
    }
  });

/** Nothing of the request is looked at before its caller is known and may do it, so that strangers learn nothing. */
async function answerTo<Needs extends PortName>(
  endpoint: Endpoint<Needs>,
  ports: Ready<Needs>,
  arrived: IncomingRequest,
  caller: Caller,
  now: number,
): Promise<Response> {
  const { path, query, url, body } = arrived;
  const { organization, organizations } = await resolveOrganization(
    endpoint.organizationFrom,
    { path, query },
    caller,
    ports,
  );
  const visit = visitOf(endpoint, arrived, caller, now);
  const action = actionOf(endpoint.scope);
  const entry = action && toAuditEntry(visit, action, organization.id);
  const write = ports['audit.write'];
  const of = { dialect: endpoint.dialect, reference: arrived.reference };
  if (!caller.scopes.has(endpoint.scope)) {
    const forbidden = new Refused({ kind: 'forbidden', scope: endpoint.scope });
    if (entry) await write({ ...entry, outcome: toAuditOutcome(forbidden, of) });
    throw forbidden;
  }

  const run = () =>
    endpoint.run(
      {
        ...{ organizationId: organization.id, organization, organizations, actor: caller.actor, path, query, now },
        url,
        body: takesBody(endpoint) ? parseJsonBody(body.text, body.isBase64) : undefined,
        reveal: revealing(visit, caller, ports),
        clock: clock.clock,
        random: clock.random,
        deadline: storageDeadline(),
        report: (error) => logUnexpected(visit.endpoint, of.reference, error),
      },
      ports,
    );
  if (!entry) return run();
  return auditRequest(entry, write, of, run, (error) => logUnexpected(`${visit.endpoint} trail`, of.reference, error));
}

/** What a GET or DELETE carries is left over from an earlier call of the client's, secrets included. */
const takesBody = ({ method }: Pick<Endpoint, 'method'>): boolean => method === 'POST' || method === 'PUT';

const visitOf = (
  endpoint: Pick<Endpoint, 'dialect' | 'name' | 'organizationFrom'>,
  { path, from }: IncomingRequest,
  { actor }: Caller,
  now: number,
): AuditContext => {
  const { organizationFrom: by } = endpoint;
  const asked = Object.entries(path).filter(([name]) => !(by && 'path' in by && by.path === name));
  return {
    ...{ actor, now, random: clock.random, endpoint: nameOf(endpoint), from },
    asked: Object.fromEntries(asked),
  };
};

/** A secret is shown only once the trail of its organization says so. */
const revealing =
  (visit: AuditContext, caller: Caller, ports: Pick<Ports, 'audit.write'>): Request['reveal'] =>
  async (connections) => {
    if (!caller.scopes.has('credentials:reveal')) return false;
    const byOrganization = Map.groupBy(connections, ({ organizationId }) => organizationId);
    await Promise.all(
      Array.from(byOrganization, ([organizationId, shown]) => {
        const entry = toAuditEntry(visit, 'credentials.reveal', organizationId);
        const uids = shown.map(({ uid }) => uid).slice(0, mostConnectionsNamed);
        return ports['audit.write']({ ...entry, connections: uids, outcome: { kind: 'done', status: 200 } });
      }),
    );
    return true;
  };
