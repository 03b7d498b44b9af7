// Errors begin at the line of the test: the frames of this package say nothing about the test's mistake.

/**
 * Returns the asynchronous function with errors whose stack begins at the line of its caller.
 *
 * @template {(...args: any[]) => Promise<any>} F
 * @param {F} call
 * @returns {F}
 */
export function atCallersLine(call) {
  /**
   * @type {any}
   * @this {unknown}
   */
  const traced = async function (/** @type {any[]} */ ...args) {
    // Before the first await: where the caller awaits the promise later, or not at all, its line is still known.
    const caller = { stack: "" };
    Error.captureStackTrace(caller, traced);
    try {
      return await call.apply(this, args);
    } catch (/** @type {any} */ error) {
      const { name, message } = error;
      error.stack = `${caller.stack}`.replace(/^.*/, () => `${name}: ${message}`);
      throw error;
    }
  };
  return Object.defineProperty(traced, "name", { value: call.name });
}

/**
 * Does the same for all methods of a class, which are asynchronous.
 *
 * @param {{ prototype: any }} type
 */
export function methodsAtCallersLine({ prototype }) {
  for (const name of Reflect.ownKeys(prototype)) {
    if (name !== "constructor") prototype[name] = atCallersLine(prototype[name]);
  }
}
