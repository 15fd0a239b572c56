import type { Declared } from '../http/endpoint.ts';
import { endpoints as edgeImpulse } from './edge-impulse/endpoints.ts';

/** Every endpoint there is: the one list from which routes, functions and grants are made. */
export const endpoints: readonly Declared[] = [...edgeImpulse];
