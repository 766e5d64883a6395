import type { DestinationLease } from './contract.ts'

/** A destination in use, and how many loggers write to it. */
interface Shared {
  readonly destination: DestinationLease['destination'] & { close(): void }
  users: number
}

/** Destinations in use, by their key: a `Map`, or a `WeakMap` for those of the user. */
export interface LeaseRegister<TKey> {
  get(key: TKey): Shared | undefined
  set(key: TKey, shared: Shared): unknown
  delete(key: TKey): boolean
}

/** Leases a destination to one more logger. Loggers with the same key share it; the last one closes it. */
export function lease<TKey>(
  register: LeaseRegister<TKey>,
  key: TKey,
  open: () => Shared['destination'],
): DestinationLease {
  const shared = register.get(key) ?? { destination: open(), users: 0 }
  register.set(key, shared)
  shared.users++
  let isHeld = true
  return {
    destination: shared.destination,
    async release() {
      await shared.destination.flush()
      if (!isHeld) return
      isHeld = false
      if (--shared.users > 0) return
      register.delete(key)
      shared.destination.close()
    },
  }
}
