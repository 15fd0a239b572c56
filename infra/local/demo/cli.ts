/** `npm run demo -- break | mend [azure]`: changes who may use the demo storage of the service that runs. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeDemo } from './break-and-mend.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const dataDir = resolve(process.env['LOCAL_DIR'] || join(repository, '.local'));

const { outcome, sentence } = await changeDemo(process.argv.slice(2), join(dataDir, 'service.json'));
const stream = outcome === 'done' ? process.stdout : process.stderr;
const codes = { done: 0, failed: 1, 'not understood': 2 } as const;
// Not left to the event loop: the SDKs keep their connections open.
stream.write(`${sentence}\n`, () => process.exit(codes[outcome]));
