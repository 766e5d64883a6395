// The dispatchers that a global fetch asks for: of the undici in Node 22 to 25, and of undici 8.
const kOlder = Symbol.for('undici.globalDispatcher.1')
const kOwn = Symbol.for('undici.globalDispatcher.2')
const globals: { readonly [name: symbol]: unknown } = globalThis as never

/**
 * Loads undici, and leaves the global `fetch` as it was. Undici 8 puts itself under it, and then refuses requests that
 * Node's own undici takes, such as one with a `content-length` (nodejs/undici#5500).
 */
export async function loadUndici(): Promise<typeof import('undici')> {
  // A program that loaded it before may want it under fetch, as `setGlobalDispatcher` does.
  if (globals[kOwn] !== undefined) return import('undici')
  const before = globals[kOlder]
  const undici = await import('undici')
  // Without effect, and without an error, where the global object is frozen.
  Reflect.set(globals, kOlder, before)
  return undici
}
