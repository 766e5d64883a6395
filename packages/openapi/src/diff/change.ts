/** What a change is about. */
export type ContractChangeKind =
  | 'operation-removed'
  | 'operation-added'
  | 'operation-renamed'
  | 'operation-moved'
  | 'operation-deprecated'
  | 'parameter-removed'
  | 'parameter-added'
  | 'parameter-renamed'
  | 'parameter-required'
  | 'parameter-optional'
  | 'parameter-style-changed'
  | 'unknown-refused'
  | 'unknown-taken'
  | 'body-added'
  | 'body-removed'
  | 'body-required'
  | 'body-optional'
  | 'body-limit-lowered'
  | 'body-limit-raised'
  | 'media-type-removed'
  | 'media-type-added'
  | 'status-removed'
  | 'status-added'
  | 'response-declared'
  | 'response-undeclared'
  | 'header-removed'
  | 'header-added'
  | 'header-optional'
  | 'error-removed'
  | 'error-added'
  | 'error-status-changed'
  | 'property-removed'
  | 'property-added'
  | 'property-required'
  | 'property-optional'
  | 'default-changed'
  | 'type-narrowed'
  | 'type-widened'
  | 'type-changed'
  | 'security-added'
  | 'security-removed'
  | 'security-changed'
  | 'server-removed'
  | 'server-added'

/**
 * Effect of a change on a client that is written for the base.
 *
 * - `breaking`: it may fail with the head
 * - `warning`: it works, but code for what was removed never runs, and should be reviewed
 * - `harmless`: none
 */
export type ContractChangeSeverity = 'breaking' | 'warning' | 'harmless'

/** One difference between two contracts. */
export interface ContractChange {
  readonly severity: ContractChangeSeverity
  /** Whether its severity is `breaking`. */
  readonly breaking: boolean
  readonly kind: ContractChangeKind
  /** The operation and the part of it: `orders.show (GET /orders/{id}), response 200, items[].total`. */
  readonly place: string
  /** What changed, one sentence. */
  readonly message: string
}

/** Collects changes. */
export class Changes {
  readonly list: ContractChange[] = []

  breaking(kind: ContractChangeKind, place: string, message: string): void {
    this.#add('breaking', { kind, place, message })
  }

  warning(kind: ContractChangeKind, place: string, message: string): void {
    this.#add('warning', { kind, place, message })
  }

  harmless(kind: ContractChangeKind, place: string, message: string): void {
    this.#add('harmless', { kind, place, message })
  }

  #add(severity: ContractChangeSeverity, what: Omit<ContractChange, 'severity' | 'breaking'>): void {
    this.list.push({ severity, breaking: severity === 'breaking', ...what })
  }
}
