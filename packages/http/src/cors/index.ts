/**
 * Answers that pages of other origins may read.
 *
 * @module
 */
export { cors } from './cors.ts'
export type { CorsOptions, OriginFunction, OriginRule } from './cors-options.ts'
