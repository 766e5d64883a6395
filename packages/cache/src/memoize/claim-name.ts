import { refuseCall } from '@keelson/core/options'
import type { Cache } from '../contract/index.ts'

/** What has a name. */
interface Claim {
  readonly fn: unknown
  /** The object of a method whose key does not tell objects apart. Weak: the names of a cache outlive it. */
  readonly self: WeakRef<object> | undefined
}

const claims = new WeakMap<Cache, Map<string, Claim>>()

/**
 * Says who keeps results under a name: a second function would be given those of the first, and a second object what another has computed.
 *
 * @throws {SetupError} `ERR_CACHE_NAMESPACE` for a name that another has
 */
export function claimName(
  cache: Cache,
  name: string,
  { fn, self }: { readonly fn: unknown; readonly self: object | undefined },
): void {
  const names = claims.get(cache) ?? new Map<string, Claim>()
  claims.set(cache, names)
  const there = names.get(name)
  const place = { name: 'memoize', below: undefined }
  if (there !== undefined && there.fn !== fn)
    refuseCall(
      [
        {
          code: 'ERR_CACHE_NAMESPACE',
          message: `Another function keeps its results as '${name}' in this cache already.`,
          remedy: 'Give it another name; or call memoize once, and use what it returns.',
        },
      ],
      place,
    )
  if (there !== undefined && there.self?.deref() !== self)
    refuseCall(
      [
        {
          code: 'ERR_CACHE_NAMESPACE',
          message: `Another object keeps its results as '${name}' in this cache already, and would share them.`,
          remedy:
            'Say what tells objects apart: key: (self, id) => [self.region, id]; or that nothing does: key: (_self, id) => id.',
        },
      ],
      place,
    )
  if (there === undefined) names.set(name, { fn, self: self && new WeakRef(self) })
}
