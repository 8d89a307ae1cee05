import { RemotingClient, type RemotingClientOptions } from '../../libs/broker-core/src/remoting/remoting-client.js';

/** A remoting client that gives a busy machine a minute to make a connection. */
export const patientClient = (options: RemotingClientOptions = {}): RemotingClient =>
  new RemotingClient({ connectTimeoutMs: 60_000, ...options });
