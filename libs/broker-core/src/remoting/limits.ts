/** What one end of the remoting protocol allows its peers. Every bound of this folder is here, with its default. */
export interface RemotingLimits {
  /** A longer frame ends its connection before a byte of it is kept. RocketMQ: com.rocketmq.remoting.frameMaxLength */
  readonly maxFrameBytes: number;
  /** Further connections are dropped at accept. */
  readonly maxConnections: number;
  /** A connection without a byte in either direction is closed. RocketMQ: serverChannelMaxIdleTimeSeconds */
  readonly idleTimeoutMs: number;
  /** Unanswered requests of one connection, held pulls included; reading pauses at the limit, resumes at half. */
  readonly maxInFlightPerConnection: number;
  /** Bodies of those requests together. */
  readonly maxInFlightBytesPerConnection: number;
  /** Frames one connection may have served before the others get their turn. */
  readonly maxFramesPerTurn: number;
  /** Answers the peer has not taken yet: reading from it pauses here … */
  readonly pauseUnsentBytes: number;
  /** … it is closed here … */
  readonly maxUnsentBytes: number;
  /** … or when it took nothing at all for this long. */
  readonly unreadTimeoutMs: number;
  /** A frame that was begun must be complete within this time. */
  readonly partialFrameTimeoutMs: number;
  /** Incomplete frames of all connections together; whoever would exceed it is closed. */
  readonly maxPartialBytes: number;
  /** Requests of ours that wait for an answer, over all connections. */
  readonly maxPendingRequests: number;
}

const MIB = 1024 * 1024;

/** The limits that hold unless a server or client is given others. */
export const defaultLimits: RemotingLimits = {
  maxFrameBytes: 16 * MIB,
  maxConnections: 10_000,
  idleTimeoutMs: 120_000,
  maxInFlightPerConnection: 16_384,
  maxInFlightBytesPerConnection: 64 * MIB,
  maxFramesPerTurn: 128,
  pauseUnsentBytes: MIB,
  maxUnsentBytes: 48 * MIB,
  unreadTimeoutMs: 30_000,
  partialFrameTimeoutMs: 30_000,
  maxPartialBytes: 256 * MIB,
  maxPendingRequests: 65_536,
};

/** The default limits with some replaced; an absent or undefined one keeps its default. */
export function limitsFrom(overrides: { readonly [K in keyof RemotingLimits]?: number | undefined }): RemotingLimits {
  const limits: { -readonly [K in keyof RemotingLimits]: number } = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof RemotingLimits)[]) {
    const value = overrides[name];
    if (value !== undefined) limits[name] = value;
  }
  return limits;
}
