import type { Millis } from './vocabulary.js';

/** How an application and its connections come up together. */
export interface StartupOptions {
  /** `false`: listeners wait for `container.start()`. Default true. */
  autoStart?: boolean;
  /** `false`: the application starts without waiting for the name servers; listeners join when they can. Default true. */
  wait?: boolean;
  /** How long the name servers may take to answer. Default 10000. */
  timeout?: Millis;
  /**
   * throw  the application does not start (default)
   * warn   it starts; connecting is tried again with growing pauses, and health says `down` until it works
   */
  onFailure?: 'throw' | 'warn';
}
