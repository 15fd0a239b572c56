import { memoryCredentials } from '../memory/connection-credentials.ts';
import { memoryConnections } from '../memory/connections.ts';
import { memoryJobs } from '../memory/jobs.ts';
import { memoryVault } from '../memory/unsaved-credentials.ts';
import { connectionCredentialsConformance } from './connection-credentials.ts';
import { connectionsConformance } from './connections.ts';
import { jobsConformance } from './jobs.ts';
import { unsavedCredentialsConformance } from './unsaved-credentials.ts';

jobsConformance('in memory', async () => memoryJobs());
unsavedCredentialsConformance('in memory', async () => memoryVault());
connectionsConformance('in memory', async () => memoryConnections());
connectionCredentialsConformance('in memory', async () => memoryCredentials());
