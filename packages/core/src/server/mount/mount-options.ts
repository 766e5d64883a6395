import { flag, integer, milliseconds, oneOf, optionTable, text } from '../../errors/index.ts'
import { ACCESS_OPTION, USE_OPTION, type AccessRule, type MiddlewareOrList } from '../../route/index.ts'

/** How a foreign handler is mounted. */
export interface MountOptions {
  /** Who may call it. It holds for every path below the prefix. */
  readonly access: AccessRule
  /** Middleware in front of it. Its `respond` stage sees only answers of `fetch` handlers. */
  readonly use?: readonly MiddlewareOrList[] | undefined
  /** Shape of a function; default: `node` when it takes two parameters or more, else `fetch`. */
  readonly kind?: 'node' | 'fetch' | undefined
  /** Whether the handler sees the path without the prefix; default `true`. */
  readonly stripPrefix?: boolean | undefined
  /**
   * Largest body, bytes; more is 413. Default: the app's for `fetch` handlers, none for Node.js handlers, which have limits
   * of their own. A body without an announced length that a Node.js handler reads breaks the connection instead.
   */
  readonly maxBodyBytes?: number | undefined
  /**
   * Default `0`, none: a foreign handler has limits of its own. One that has not begun to answer by then is answered 504, and
   * what it answers later has no effect; one that has begun is broken off.
   */
  readonly deadlineMs?: number | undefined
}

/** Prefix of `mount`. */
export const MOUNT_PREFIX = text('Prefix of what is mounted.', { what: "a text like '/legacy'" })

/** Options of `mount`. That access is missing, the app says of each route. */
export const MOUNT_OPTIONS = optionTable<Partial<MountOptions>>({
  access: ACCESS_OPTION,
  use: USE_OPTION,
  kind: oneOf(['node', 'fetch'], 'Shape of a function.'),
  stripPrefix: flag('Whether the handler sees the path without the prefix.', { default: true }),
  maxBodyBytes: integer("Largest body, bytes. Default: the app's."),
  deadlineMs: milliseconds('Time until the answer is complete; 0 for none.', { default: 0 }),
})
