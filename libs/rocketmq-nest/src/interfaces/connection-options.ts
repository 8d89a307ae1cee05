import type { Awaitable } from './vocabulary.js';

/** Access keys of a cluster with ACL. Not supported yet: refused at start. */
export interface Credentials {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
}

/** Message trace. Not supported yet: `enabled: true` is refused at start. */
export interface TraceOptions {
  enabled?: boolean;
  topic?: string;
}

/** A broker and name server in this process: for development, tests and small installations. */
export interface EmbeddedOptions {
  /** Directory that keeps the messages. Default: a new one under the system's temporary directory, removed at the end. */
  storePath?: string;
  /** Port of the name server on 127.0.0.1. Default 0: a free one. */
  nameServerPort?: number;
  /** Port of the broker on 127.0.0.1. Default 0: a free one. */
  brokerPort?: number;
}

/** Where a cluster is and how to talk to it. */
export interface ConnectionOptions {
  /** `host:port`, several separated by `;` or as a list. */
  nameServer?: string | readonly string[];
  /** Address of a RocketMQ 5 proxy (gRPC). Not supported yet: refused at start. */
  endpoints?: string;
  /** Only `LOCAL` is supported. */
  accessChannel?: 'LOCAL' | 'CLOUD';
  credentials?: Credentials | (() => Awaitable<Credentials>);
  /** Not supported yet: `true` is refused at start. */
  tls?: boolean | import('node:tls').ConnectionOptions;
  /** Not supported yet: refused at start. */
  namespace?: string;
  /** Not supported yet: refused at start. */
  namespaceV2?: string;
  /** Clients with the same instance name share sockets, routes and heartbeats. Default: one name per connection. */
  instanceName?: string;
}
