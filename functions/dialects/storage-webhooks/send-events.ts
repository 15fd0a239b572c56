import type { Ports } from '../../core/ports.ts';
import type { Notice } from '../../core/records/check-ports.ts';
import type { Answer } from '../../http/response.ts';

/** Either service takes 204 for an end of it, and comes back when this throws. */
export async function handOn(told: readonly Notice[], ports: Pick<Ports, 'notices.send'>): Promise<Answer> {
  if (told.length > 0) await ports['notices.send'](told);
  return { status: 204 };
}
