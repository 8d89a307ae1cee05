/** Injects the ServerConfig that main read. */
export const SERVER_CONFIG = Symbol('SERVER_CONFIG');
