export const organizations = '/admin/organizations';

export const organization = `${organizations}/{organization}`;

/** Each page reads all of an organization's connections, so pages are large: 1,000 are about a megabyte. */
export const mostConnections = 1_000;

export const keys = `${organization}/keys`;
