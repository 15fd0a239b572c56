import { findCredential } from '../../functions/platform/credentials/credential-codec.ts';
import { memoryAudit } from '../memory/audit.ts';
import { memoryCredentials } from '../memory/connection-credentials.ts';
import { memoryConnections } from '../memory/connections.ts';
import { memoryHistory } from '../memory/history.ts';
import { memoryJanitor } from '../memory/janitor.ts';
import { memoryJobs } from '../memory/jobs.ts';
import { memoryKeyUse } from '../memory/key-use.ts';
import { memoryKeys } from '../memory/keys.ts';
import { memoryLimits } from '../memory/limits.ts';
import { memoryOrganizations } from '../memory/organizations.ts';
import { memoryService } from '../memory/service.ts';
import { memoryVault } from '../memory/unsaved-credentials.ts';
import { memoryUnsavedJobs } from '../memory/unsaved-jobs.ts';
import { auditConformance, triedMostRows, triedRetentionDays } from './access/audit.ts';
import { keyUseConformance } from './access/key-use.ts';
import { keysConformance } from './access/keys.ts';
import { limitsConformance, triedLimits } from './access/limits.ts';
import { organizationsConformance } from './access/organizations.ts';
import { connectionCredentialsConformance } from './connections/connection-credentials.ts';
import { connectionsConformance } from './connections/connections.ts';
import { verdictsConformance } from './connections/verdicts.ts';
import { watchedConformance } from './connections/watched.ts';
import { jobsConformance } from './jobs/jobs.ts';
import { unsavedCredentialsConformance } from './jobs/unsaved-credentials.ts';
import { triedPlaces, unsavedJobsConformance } from './jobs/unsaved-jobs.ts';
import { checksConformance } from './reverification/checks.ts';
import { historiesConformance, triedHistoryDays } from './reverification/histories.ts';
import { janitorConformance } from './reverification/janitor.ts';
import { sendingConformance } from './reverification/sending.ts';

jobsConformance('in memory', async () => memoryJobs());
unsavedCredentialsConformance('in memory', async () => memoryVault());
const connections = async (now?: number) => {
  const history = memoryHistory({ retentionDays: triedHistoryDays, ...(now !== undefined && { now: () => now }) });
  return { ...memoryConnections(history), history: history.read, announcements: history.announcements };
};
connectionsConformance('in memory', () => connections());
verdictsConformance('in memory', () => connections(0));
checksConformance('in memory', () => connections());
watchedConformance('in memory', () => connections());
historiesConformance('in memory', connections);
connectionCredentialsConformance('in memory', async () => {
  const vault = memoryCredentials();
  return { ...vault, replace: async (uid, text) => vault.replace(uid, findCredential(text) ?? 'unreadable') };
});
sendingConformance('in memory', async () => {
  const { ports, sent, notices, published } = memoryService();
  return {
    sendChecks: ports['checks.send'],
    sendNotices: ports['storageEvents.send'],
    publish: ports['events.publish'],
    checks: () => sent,
    notices: () => notices,
    published: () => published,
  };
});
janitorConformance('in memory', async () => {
  const connections = memoryConnections();
  const of = { connections, jobs: memoryJobs(), vault: memoryVault(), credentials: memoryCredentials() };
  const janitor = memoryJanitor(of);
  const { rows, claims, unlocated } = connections.litter;
  return {
    ...janitor,
    ...{ jobs: of.jobs, write: connections.write, locate: connections.locate },
    ...{ create: of.credentials.create, read: of.credentials.read, createUnsaved: of.vault.create },
    mark: of.credentials.mark,
    createForeign: async (uid, credential) => {
      await of.credentials.create(uid, credential);
      of.credentials.unmark(uid);
    },
    plantClaim: async (claim) => {
      if (claim.kind === 'id') janitor.numbers.set(claim.id, claim);
      else claims.set(`${claim.organizationId} ${claim.name}`, claim.uid);
    },
    plantOld: async (connection) => {
      rows.set(connection.uid, connection);
      unlocated.add(connection.uid);
    },
  };
});
organizationsConformance('in memory', async () => {
  const write = memoryOrganizations();
  return { write, read: () => write };
});
keysConformance('in memory', async () => {
  const organizations = memoryOrganizations();
  const write = memoryKeys(organizations);
  return { write, organizations, read: () => write };
});
keyUseConformance('in memory', async () => {
  const { note, read } = memoryKeyUse();
  return { note: () => note, read };
});
limitsConformance('in memory', async () => memoryLimits(triedLimits).take);
unsavedJobsConformance('in memory', async () => memoryUnsavedJobs(triedPlaces));
auditConformance('in memory', async (now) =>
  memoryAudit({ retentionDays: triedRetentionDays, now: () => now, mostRows: triedMostRows }),
);
