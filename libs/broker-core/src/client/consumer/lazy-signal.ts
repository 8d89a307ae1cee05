/**
 * An AbortSignal that costs nothing until somebody looks at it: a listener call has one, and few listeners ask.
 */
export function lazySignal(): { readonly signal: () => AbortSignal; readonly abort: (reason: unknown) => void } {
  let controller: AbortController | undefined;
  let aborted: { readonly reason: unknown } | undefined;
  return {
    signal() {
      if (!controller) {
        controller = new AbortController();
        if (aborted) controller.abort(aborted.reason);
      }
      return controller.signal;
    },
    abort(reason) {
      aborted ??= { reason };
      controller?.abort(reason);
    },
  };
}
