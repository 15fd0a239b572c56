/**
 * `npm run bench`: the numbers that the service is held to, measured on this machine, each against its budget. A
 * budget that is broken ends it with status 1. Figures are medians, start-ups the least of their runs; what is
 * compared ran in turn with what it is compared to.
 */
import { memory } from './memory.ts';
import { startUp } from './start-up.ts';
import { storagePass } from './storage-pass.ts';
import { sweep } from './sweep.ts';
import { warmRequest } from './warm-request.ts';

/** The sweep is last: Linux counts what a process held to the peak of each that it starts, so `memory` would show 0. */
const measures = [startUp, warmRequest, storagePass, memory, sweep];

let broken = 0;
for (const measure of measures) {
  for (const { what, measured, budget, unit } of await measure()) {
    const held = measured <= budget;
    if (!held) broken++;
    console.log(
      `${held ? ' ok ' : 'OVER'}  ${what.padEnd(60)} ${measured.toFixed(2).padStart(8)} ${unit} of ${budget}`,
    );
  }
}
process.exitCode = broken === 0 ? 0 : 1;
