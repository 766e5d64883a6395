/** A finding of `keelson check`. */
export interface Finding {
  /** Stable name of the rule, `deploy-tls`; for what stops the start, its error code. */
  readonly rule: string
  /** Problems make the check fail; warnings only with `strict`. */
  readonly severity: 'problem' | 'warning'
  /** Where it was found: `createApp({ log })`, `route orders.show (GET /orders/:id)`. */
  readonly place: string
  /** What is wrong, one sentence. */
  readonly message: string
  /** What to do about it, one sentence. */
  readonly remedy: string
}

/** Makes a finding that fails the check: `problem('deploy-tls', { place, message, remedy })`. */
export function problem(rule: string, what: Omit<Finding, 'rule' | 'severity'>): Finding {
  return { rule, severity: 'problem', ...what }
}

/** Findings whose condition holds: `applicable(isOff && warning('deploy-log-off', …))`. */
export function applicable(...all: readonly (Finding | false)[]): Finding[] {
  return all.filter((one) => one !== false)
}

/** As {@link problem}, for what may be intended. */
export function warning(rule: string, what: Omit<Finding, 'rule' | 'severity'>): Finding {
  return { rule, severity: 'warning', ...what }
}
