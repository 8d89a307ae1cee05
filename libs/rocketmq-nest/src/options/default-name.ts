/** Name of the connection and template that were given none. */
export const DEFAULT_NAME = 'default';
