/** A UUID in lower case (RFC 9562, section 4), as part of a pattern. */
export const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

/** A text that is a UUID in lower case, and nothing else. */
export const uuid = new RegExp(`^${uuidPattern}$`);
