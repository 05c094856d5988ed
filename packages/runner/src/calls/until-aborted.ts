/**
 * A promise that does not outlast an abort, whether or not what it stands for ever settles.
 *
 * @param onAbort registers what is called on abort and returns how to forget it; see `RunHalt.onAbort`
 */
export function untilAborted<Value>(
  promise: Promise<Value>,
  onAbort: (callback: (reason: Error) => void) => () => void,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(reject);
    promise.then(resolve, reject).finally(forget);
  });
}
