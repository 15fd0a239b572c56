import { type Declared, declared } from '../http/endpoint.ts';
import { declaredForOperator } from '../http/operator-endpoint.ts';
import { endpoints as admin } from './admin/endpoints.ts';
import { endpoints as edgeImpulse } from './edge-impulse/endpoints.ts';

/** Every endpoint there is: the one list from which routes, functions and grants are made. */
export const endpoints: readonly Declared[] = [...[...edgeImpulse].map(declared), ...admin.map(declaredForOperator)];
