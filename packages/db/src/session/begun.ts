// On the path of each query within a transaction: what was begun, and whether it is over.
import type { Site } from './site.ts'
import { told } from './told.ts'

/** What an operation was begun in. */
export interface BegunOwner {
  forget(begun: Begun): void
}

/** An operation within a transaction. It is over when it has settled and somebody has awaited it. */
export class Begun {
  readonly label: string
  readonly site: Site
  readonly #owner: BegunOwner
  #isSettled = false
  #isAwaited = false
  #isBlamed = false
  #error: unknown

  constructor(owner: BegunOwner, label: string, site: Site) {
    this.#owner = owner
    this.label = label
    this.site = site
  }

  /** What it failed with. */
  get error(): unknown {
    return this.#error
  }

  settled(error?: unknown): void {
    this.#isSettled = true
    this.#error = error
    this.#tell()
    if (this.#isAwaited) this.#owner.forget(this)
  }

  awaited(): void {
    this.#isAwaited = true
    if (this.#isSettled) this.#owner.forget(this)
  }

  /** Called when its transaction fails since nobody has awaited it: the caller of that has been told what it fails with. */
  blamed(): void {
    this.#isBlamed = true
    this.#tell()
  }

  #tell(): void {
    if (this.#isBlamed && this.#error instanceof Error) told(this.#error)
  }
}
