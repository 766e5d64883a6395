/**
 * Answers that pages of other origins may read.
 *
 * @module
 */
export { cors } from './cors.ts'
export type { CorsOptions } from './cors-options.ts'
export type { OriginFunction, OriginRule } from '../origin/origin-options.ts'
