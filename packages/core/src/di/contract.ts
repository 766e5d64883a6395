import type { ServiceScope } from './injectable.ts'
import type { NeedEntry } from './needs.ts'
import type { Provider } from './provider.ts'

/** Bounds of closing: whichever comes first. */
export interface DisposeOptions {
  /** Aborted when time is up. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; default: no bound of its own. */
  readonly timeoutMs?: number | undefined
  /** How many of these are for starts that still run, so that time remains for the rest; default: all. */
  readonly startingMs?: number | undefined
  /** Closes only what was constructed after {@link Container.mark} returned this; default: everything. */
  readonly since?: number | undefined
}

/** Options of `warm`. */
export interface WarmOptions {
  /** Ends the wait; what is being made is still closed by `dispose`. */
  readonly signal?: AbortSignal | undefined
  /** What needs the targets, from the outermost to the innermost; for messages. */
  readonly neededBy?: (() => readonly string[]) | undefined
}

/** What the graph says about a target. */
export interface ServiceFacts {
  readonly scope: ServiceScope
  /** What it needs and something provides, in order. */
  readonly needs: readonly NeedEntry[]
}

/** Options of `createContainer`. */
export interface ContainerOptions {
  /** Take the place of the providers of the same target, for tests; of two the last counts. */
  readonly overrides?: readonly Provider[] | undefined
}
