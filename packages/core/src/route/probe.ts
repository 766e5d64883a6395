import { metaKey } from './meta.ts'

/** Marks the probes of an app's health. */
export const PROBE = metaKey<true>('probe')
