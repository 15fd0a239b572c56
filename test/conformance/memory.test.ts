import { memoryAudit } from '../memory/audit.ts';
import { memoryCredentials } from '../memory/connection-credentials.ts';
import { memoryConnections } from '../memory/connections.ts';
import { memoryJobs } from '../memory/jobs.ts';
import { memoryKeyUse } from '../memory/key-use.ts';
import { memoryKeys } from '../memory/keys.ts';
import { memoryLimits } from '../memory/limits.ts';
import { memoryOrganizations } from '../memory/organizations.ts';
import { memoryVault } from '../memory/unsaved-credentials.ts';
import { memoryUnsavedJobs } from '../memory/unsaved-jobs.ts';
import { auditConformance, triedMostRows, triedRetentionDays } from './audit.ts';
import { connectionCredentialsConformance } from './connection-credentials.ts';
import { connectionsConformance } from './connections.ts';
import { jobsConformance } from './jobs.ts';
import { keyUseConformance } from './key-use.ts';
import { keysConformance } from './keys.ts';
import { limitsConformance, triedLimits } from './limits.ts';
import { organizationsConformance } from './organizations.ts';
import { unsavedCredentialsConformance } from './unsaved-credentials.ts';
import { triedPlaces, unsavedJobsConformance } from './unsaved-jobs.ts';

jobsConformance('in memory', async () => memoryJobs());
unsavedCredentialsConformance('in memory', async () => memoryVault());
connectionsConformance('in memory', async () => memoryConnections());
connectionCredentialsConformance('in memory', async () => memoryCredentials());
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
