import { memoryJobs } from '../memory/jobs.ts';
import { memoryVault } from '../memory/unsaved-credentials.ts';
import { jobsConformance } from './jobs.ts';
import { unsavedCredentialsConformance } from './unsaved-credentials.ts';

jobsConformance('in memory', async () => memoryJobs());
unsavedCredentialsConformance('in memory', async () => memoryVault());
