import { flag, integer, milliseconds, oneOf, optionTable, text } from '../../errors/index.ts'
import { ACCESS_OPTION, USE_OPTION, type AccessRule, type MiddlewareOrList } from '../../route/index.ts'

/** Options of `mount`. */
export interface MountOptions {
  /** Who may call it, for every path below the prefix. */
  readonly access: AccessRule
  /** Middleware in front of it. Its `respond` stage sees only answers of `fetch` handlers. */
  readonly use?: readonly MiddlewareOrList[] | undefined
  /** Shape of a function; default: `node` when it takes two parameters or more, else `fetch`. */
  readonly kind?: 'node' | 'fetch' | undefined
  /** Whether the handler sees the path without the prefix; default `true`. */
  readonly stripPrefix?: boolean | undefined
  /**
   * Largest body, bytes; more is 413. Default: the app's for `fetch` handlers, none for Node.js handlers, which have limits
   * of their own. If a Node.js handler reads a larger body without an announced length, the connection is reset instead.
   */
  readonly maxBodyBytes?: number | undefined
  /**
   * Time until the answer is complete, ms. `0` for none. Default `0`: a mounted handler has limits of its own. If it has not begun to
   * answer by then, the answer is 504, and its own has no effect; an answer that has begun is reset.
   */
  readonly deadlineMs?: number | undefined
}

/** Prefix of `mount`. */
export const MOUNT_PREFIX = text('Prefix of what is mounted.', { what: "a text like '/legacy'" })

/** Options of `mount`. The check of the app reports a missing access for each route. */
export const MOUNT_OPTIONS = optionTable<Partial<MountOptions>>({
  access: ACCESS_OPTION,
  use: USE_OPTION,
  kind: oneOf(['node', 'fetch'], 'Shape of a function.'),
  stripPrefix: flag('Whether the handler sees the path without the prefix.', { default: true }),
  maxBodyBytes: integer("Largest body, bytes. Default: the app's."),
  deadlineMs: milliseconds('Time until the answer is complete.', { default: 0, isZeroOff: true }),
})
