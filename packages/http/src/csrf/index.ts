/**
 * Refuses requests that pages of other sites have a browser send (cross-site request forgery).
 *
 * @module
 */
export { csrf } from './csrf.ts'
export { createCsrfJudge, type CsrfJudge, type CsrfJudgeOptions } from './csrf-judge.ts'
export { CsrfError } from './csrf-error.ts'
export type { CsrfOptions, CsrfTokenOptions } from './csrf-options.ts'
