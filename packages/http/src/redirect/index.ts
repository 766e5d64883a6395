/**
 * Redirects that lead nowhere else: to relative targets, and to origins of a list.
 *
 * @module
 */
export { isRedirectTarget, redirect, type RedirectOptions, type RedirectTargetOptions } from './redirect.ts'
export { RedirectTargetError } from './redirect-target-error.ts'
