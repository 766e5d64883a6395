import { callable, integer, ofKind, optionTable, required, type OptionTable } from '../../errors/index.ts'
import {
  MAX_STORED_KEY_BYTES,
  STORE_KIND,
  type KeyValueCapabilities,
  type KeyValueStore,
} from '../key-value-store.ts'
import { bytes, codeOf, type SuiteCase } from '../suite.ts'

/** What each case of `keyValueStoreSuite` works on. */
export interface StoreSubject {
  /** An empty store that no other case uses. */
  readonly store: KeyValueStore
  /** Lets the store's time pass: moves a fake clock, or waits. */
  readonly advance: (ms: number) => Promise<void>
  /** The smallest TTL that the store keeps exactly, ms. Default 1000. */
  readonly ttlUnitMs?: number | undefined
  /** Longest key, bytes. Default 545, `MAX_STORED_KEY_BYTES`; of a scope 512. */
  readonly maxKeyBytes?: number | undefined
  /**
   * Most bytes that the store holds, at most some MiB: the case of a full store fills it. Without it that case fails; skip it,
   * with the reason, where the test cannot set the limit.
   */
  readonly maxBytes?: number | undefined
  readonly dispose?: (() => void | Promise<void>) | undefined
}

/** Checks what `make` returns. */
export const SUBJECT: OptionTable<StoreSubject> = optionTable<StoreSubject>({
  store: required(ofKind(STORE_KIND, 'An empty store.')),
  advance: required(callable('Lets time pass.')),
  ttlUnitMs: integer('The smallest TTL that is kept exactly, ms.', { minimum: 1, default: 1000 }),
  maxKeyBytes: integer('Longest key, bytes.', { minimum: 1, default: MAX_STORED_KEY_BYTES }),
  maxBytes: integer('Most bytes that the store holds.', { minimum: 1 }),
  dispose: callable('Called after each case.'),
})

/** A case for an operation that a store may lack; then it must reject with that code. */
export function optional(
  capability: keyof KeyValueCapabilities,
  run: SuiteCase<StoreSubject>,
): SuiteCase<StoreSubject> {
  return async (subject, expect) => {
    const { store } = subject
    if (store.capabilities[capability]) return run(subject, expect)
    const attempts: Partial<Record<keyof KeyValueCapabilities, () => Promise<unknown>>> = {
      add: () => store.add('k', bytes('v')),
      compareAndSet: () => store.compareAndSet('k', { expected: undefined, next: bytes('v') }),
      increment: () => store.increment('k', 1),
      touch: () => store.touch('k', 1000),
    }
    expect(await codeOf(attempts[capability]!())).toEqual('ERR_CORE_PORT_UNSUPPORTED')
  }
}
