/** Where connectors are reached. */
export const connectors = '/api/v2/cloud_connectors';

/** One of them, by its number or its name. */
export const connector = `${connectors}/{cloud_connector_id}`;

/** A connector that nobody saved; no connector is reached by the name `-`. */
export const test = `${connectors}/-/test`;
