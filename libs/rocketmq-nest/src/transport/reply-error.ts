/** User property that marks a reply as an error: its body is the error instead of the answer. */
export const REPLY_ERROR = 'nestError';

/** What a requester can be told about `error`: what an RpcException carries, or the sentence of any other error. */
export function describeError(error: unknown): unknown {
  if (error instanceof Error) return { status: 'error', message: error.message };
  return error ?? { status: 'error', message: 'Internal server error' };
}
