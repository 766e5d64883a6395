/** Rings for who waits, and for who waits next where nobody does. */
export interface Bell {
  readonly ring: () => void
  /** Resolves when it rings, or has rung since it was last waited for. */
  readonly rung: () => Promise<void>
}

export function createBell(): Bell {
  let hasRung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      hasRung = true
      wake?.()
    },
    rung: async () => {
      if (!hasRung) await new Promise<void>((resolve) => (wake = resolve))
      hasRung = false
    },
  }
}
