import { type DiagnosisCode, entry, regionForm, type Settling, type Step } from './catalogue.ts';
import type { Field } from './field.ts';

/** What went wrong, what field is at fault (absent: none of the caller's), and what to do. Safe to show anyone. */
export interface Diagnosis {
  readonly code: DiagnosisCode;
  readonly field?: Field;
  readonly sentence: string;
  readonly remedy: string;
}

/**
 * Words a diagnosis.
 *
 * @param code what is wrong
 * @param named the bucket's right region, when the storage named it; ignored unless it has the form of a region
 */
export function diagnose(code: Exclude<DiagnosisCode, 'region-wrong'>): Diagnosis;

export function diagnose(code: 'region-wrong', named: { readonly region: string }): Diagnosis;

export function diagnose(code: DiagnosisCode, named?: { readonly region: string }): Diagnosis {
  if (code === 'region-wrong' && !regionForm.test(named?.region ?? '')) return diagnose('region-unclear');
  const { field, sentence, remedy } = entry(code);
  const fill = (text: string) => text.replaceAll('{region}', named?.region ?? '');
  return { code, ...(field && { field }), sentence: fill(sentence), remedy: fill(remedy) };
}

/** The step of the verification that a diagnosis belongs to. */
export const stepOf = (code: DiagnosisCode): Step => entry(code).step;

/** Whether and how long a failure may mend itself. */
export const settlingOf = (code: DiagnosisCode): Settling => entry(code).settling ?? { kind: 'never' };
